/// SplitMix64: the same numbers for the same seed, which a failing test prints.
struct SeededRandom: RandomNumberGenerator, CustomStringConvertible {
    private let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    var description: String { "seed \(seed)" }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    mutating func bytes(_ count: Int, compressible: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            if compressible, next() % 3 != 0 {
                bytes.append(contentsOf: [UInt8](repeating: UInt8(truncatingIfNeeded: next()), count: 40))
            } else {
                bytes.append(UInt8(truncatingIfNeeded: next()))
            }
        }
        return Array(bytes.prefix(count))
    }

    /// Flips a few bits, or cuts the end off, or appends a byte.
    mutating func damage(_ bytes: inout [UInt8]) {
        switch next() % 8 {
        case 0: bytes.removeLast(Int(next() % UInt64(bytes.count + 1)))
        case 1: bytes.append(UInt8(truncatingIfNeeded: next()))
        default:
            for _ in 0...(next() % 3) where !bytes.isEmpty {
                bytes[Int(next() % UInt64(bytes.count))] ^= 1 << UInt8(next() % 8)
            }
        }
    }
}
