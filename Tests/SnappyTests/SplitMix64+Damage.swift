import TestSupport

extension SplitMix64 {
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
