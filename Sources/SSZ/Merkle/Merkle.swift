public import Hashing

/// Merkleization of 32-byte leaves.
public enum Merkle {
    /// The root over `leaves`, padded with zero subtrees to the next power of two of `limit`.
    public static func root(_ leaves: UnsafeBufferPointer<Bytes32>, limit: UInt64?) -> Bytes32 {
        let width = max(limit ?? UInt64(leaves.count), 1)
        let depth = width <= 1 ? 0 : 64 - (width - 1).leadingZeroBitCount
        if leaves.isEmpty { return MerkleHash.zero(depth) }
        if depth == 0 { return leaves[0] }
        var layer = Array(leaves)
        for level in 0..<depth {
            if layer.count % 2 == 1 { layer.append(MerkleHash.zero(level)) }
            let half = layer.count / 2
            layer.withUnsafeMutableBufferPointer { buffer in
                MerkleHash.layer(
                    UnsafeBufferPointer(buffer),
                    into: UnsafeMutableBufferPointer(rebasing: buffer[..<half])
                )
            }
            layer.removeLast(layer.count - half)
        }
        return layer[0]
    }

    /// The root over bytes packed into leaves, the last one padded with zeroes; `limit` counts leaves.
    public static func rootOfBytes(_ bytes: UnsafeRawBufferPointer, limit: UInt64?) -> Bytes32 {
        packed(bytes).withUnsafeBufferPointer { root($0, limit: limit) }
    }

    /// The progressive root (EIP-7916): subtrees of 1, 4, 16… leaves, each hashed beside all that follow it.
    public static func progressiveRoot(_ leaves: UnsafeBufferPointer<Bytes32>) -> Bytes32 {
        var roots: [Bytes32] = []
        var start = 0
        var width = 1
        while start < leaves.count {
            let end = min(start + width, leaves.count)
            roots.append(root(UnsafeBufferPointer(rebasing: leaves[start..<end]), limit: UInt64(width)))
            start = end
            width *= 4
        }
        return roots.reversed().reduce(.zero) { MerkleHash.pair($1, $0) }
    }

    public static func progressiveRootOfBytes(_ bytes: UnsafeRawBufferPointer) -> Bytes32 {
        packed(bytes).withUnsafeBufferPointer { progressiveRoot($0) }
    }

    public static func mixInLength(_ root: Bytes32, _ length: UInt64) -> Bytes32 {
        var word = Bytes32()
        word.withUnsafeMutableBytes { $0.storeBytes(of: length.littleEndian, as: UInt64.self) }
        return MerkleHash.pair(root, word)
    }

    public static func mixInSelector(_ root: Bytes32, _ selector: UInt8) -> Bytes32 {
        mixInLength(root, UInt64(selector))
    }

    /// Mixes in which fields a progressive container has, lowest bit first; at most 256.
    public static func mixInActiveFields(_ root: Bytes32, _ active: [Bool]) -> Bytes32 {
        var word = Bytes32()
        word.withUnsafeMutableBytes { bytes in
            for (i, bit) in active.prefix(256).enumerated() where bit { bytes[i / 8] |= 1 << UInt8(i % 8) }
        }
        return MerkleHash.pair(root, word)
    }

    /// The generalized index of leaf `position` of a progressive tree whose root has a word mixed in.
    public static func progressiveLeafIndex(_ position: Int) -> UInt64 {
        var index: UInt64 = 2
        var start = 0
        var width = 1
        while position >= start + width {
            index = index * 2 + 1
            start += width
            width *= 4
        }
        return index * 2 * UInt64(width) + UInt64(position - start)
    }

    private static func packed(_ bytes: UnsafeRawBufferPointer) -> [Bytes32] {
        var leaves = [Bytes32](repeating: .zero, count: (bytes.count + 31) / 32)
        leaves.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        return leaves
    }
}
