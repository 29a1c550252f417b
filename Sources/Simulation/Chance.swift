internal import Hashing

/// Numbers that look random and follow from a few words alone (SplitMix64).
package struct Chance: RandomNumberGenerator {
    private var state: UInt64 = 0x243f_6a88_85a3_08d3

    package init(_ words: UInt64...) {
        for word in words {
            state ^= word
            state = next()
        }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

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
