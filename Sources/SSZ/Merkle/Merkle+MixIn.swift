public import Hashing

// What stands to the right of a value's leaves: its length, its selector, or which of its fields are in use.

extension Merkle {
    /// Spec: `mix_in_length`.
    public static func mixInLength(_ root: Bytes32, _ length: UInt64) -> Bytes32 {
        MerkleHash.pair(root, word(length))
    }

    /// Spec: `mix_in_selector`; a byte, extended to a leaf.
    public static func mixInSelector(_ root: Bytes32, _ selector: UInt8) -> Bytes32 {
        MerkleHash.pair(root, word(UInt64(selector)))
    }

    /// Mixes in which fields a progressive container has (EIP-7495), lowest bit first; at most 256.
    public static func mixInActiveFields(_ root: Bytes32, _ active: [Bool]) -> Bytes32 {
        MerkleHash.pair(root, word(active: active))
    }

    /// Which fields a progressive container has, as a leaf.
    static func word(active: [Bool]) -> Bytes32 {
        precondition(active.count <= 256, "a progressive container has at most 256 fields")
        var word = Bytes32()
        word.withUnsafeMutableBytes { bytes in
            for (i, bit) in active.enumerated() where bit { bytes[i / 8] |= 1 << UInt8(i % 8) }
        }
        return word
    }

    /// A number as a little-endian leaf.
    static func word(_ number: UInt64) -> Bytes32 {
        var word = Bytes32()
        word.withUnsafeMutableBytes { $0.storeBytes(of: number.littleEndian, as: UInt64.self) }
        return word
    }
}
