internal import Hashing

/// Numbers that look random and follow from a few words alone.
package struct Chance: RandomNumberGenerator {
    private var numbers: SeededGenerator

    package init(_ words: UInt64...) {
        let seed = words.reduce(0x243f_6a88_85a3_08d3 as UInt64) { seed, word in
            var numbers = SeededGenerator(seed: seed ^ word)
            return numbers.next()
        }
        numbers = SeededGenerator(seed: seed)
    }

    package mutating func next() -> UInt64 { numbers.next() }

    /// True with this probability.
    mutating func happens(_ probability: Double) -> Bool { Double(next() >> 11) * 0x1p-53 < probability }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count { withUnsafeBytes(of: next().littleEndian) { bytes.append(contentsOf: $0) } }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    mutating func root() -> Bytes32 { Bytes32(bytes(32)) ?? Bytes32() }
}

/// What a number is drawn for, so that two draws never share a sequence.
enum Purpose {
    static let keys: UInt64 = 1
    static let registry: UInt64 = 2
    static let history: UInt64 = 3
    static let block: UInt64 = 4
    static let event: UInt64 = 5
    static let voter: UInt64 = 6
    static let blob: UInt64 = 7
    static let slashing: UInt64 = 8
    static let timeliness: UInt64 = 9
}
