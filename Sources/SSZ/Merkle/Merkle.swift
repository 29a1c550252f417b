public import Hashing

/// Merkleization of 32-byte leaves.
///
/// Whole layers are hashed at once, in scratch memory of half the leaves. More leaves than `limit` are not checked
/// for (the codec did): the tree then is as deep as the leaves need.
public enum Merkle {
    /// The depth of the smallest perfect tree with room for `width` leaves; 0 for none and one.
    @inlinable
    public static func depth(of width: UInt64) -> Int {
        width <= 1 ? 0 : 64 - (width - 1).leadingZeroBitCount
    }

    /// The root over `leaves`, padded with zero subtrees to the next power of two of `limit`.
    public static func root(_ leaves: UnsafeBufferPointer<Bytes32>, limit: UInt64? = nil) -> Bytes32 {
        rootOfBytes(UnsafeRawBufferPointer(leaves), limit: limit)
    }

    /// The root over `leaves`, padded with zero subtrees to the next power of two of `limit`.
    public static func root(_ leaves: [Bytes32], limit: UInt64? = nil) -> Bytes32 {
        leaves.withUnsafeBufferPointer { root($0, limit: limit) }
    }

    /// The root over bytes packed into leaves, the last one padded with zeroes; `limit` counts leaves.
    public static func rootOfBytes(_ bytes: UnsafeRawBufferPointer, limit: UInt64? = nil) -> Bytes32 {
        let leafCount = UInt64(bytes.count / 32) + (bytes.count % 32 == 0 ? 0 : 1)
        return subtree(bytes, depth: depth(of: max(limit ?? leafCount, leafCount)))
    }

    /// The roots of as many perfect trees as `roots` has room for, hashed side by side.
    ///
    /// `fill` writes the leaves of tree `i` from `i << depth` on; all are zero before. Many small trees of one shape cost
    /// half as much this way as one by one.
    public static func roots(
        ofTreesOfDepth depth: Int,
        into roots: UnsafeMutableBufferPointer<Bytes32>,
        _ fill: (UnsafeMutableBufferPointer<Bytes32>) -> Void
    ) {
        var width = roots.count << depth
        withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: width) { nodes in
            nodes.initialize(repeating: .zero)
            fill(nodes)
            while width > 2 * roots.count {
                let children = UnsafeBufferPointer(rebasing: nodes[..<width])
                width /= 2
                MerkleHash.layer(children, into: UnsafeMutableBufferPointer(rebasing: nodes[..<width]))
            }
            if depth == 0 {
                _ = roots.initialize(from: nodes)
            } else {
                MerkleHash.layer(UnsafeBufferPointer(rebasing: nodes[..<width]), into: roots)
            }
        }
    }

    /// The root of a perfect tree of `depth` over packed bytes, which must fit.
    static func subtree(_ bytes: UnsafeRawBufferPointer, depth: Int) -> Bytes32 {
        if bytes.isEmpty { return MerkleHash.zero(depth) }
        if depth == 0 { return leaf(bytes) }
        let pairs = bytes.count / 64
        let rest = UnsafeRawBufferPointer(rebasing: bytes[(pairs * 64)...])
        return withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: pairs + 2) { nodes in
            MerkleHash.layer(
                ofBytes: UnsafeRawBufferPointer(rebasing: bytes[..<(pairs * 64)]),
                into: UnsafeMutableBufferPointer(rebasing: nodes[..<pairs])
            )
            if !rest.isEmpty {
                let left = UnsafeRawBufferPointer(rebasing: rest.prefix(32))
                let right = UnsafeRawBufferPointer(rebasing: rest.dropFirst(32))
                nodes.initializeElement(at: pairs, to: MerkleHash.pair(leaf(left), leaf(right)))
            }
            return fold(nodes, count: pairs + (rest.isEmpty ? 0 : 1), from: 1, to: depth)
        }
    }

    /// Folds the first `count` nodes, at least one, of height `level` into the root of a perfect tree of height `depth`.
    ///
    /// `nodes` is used up and needs room for one node more than `count`.
    @usableFromInline
    static func fold(
        _ nodes: UnsafeMutableBufferPointer<Bytes32>,
        count: Int,
        from level: Int,
        to depth: Int
    ) -> Bytes32 {
        var count = count
        var level = level
        while count > 1 {
            if count % 2 == 1 {
                nodes.initializeElement(at: count, to: MerkleHash.zero(level))
                count += 1
            }
            let half = count / 2
            MerkleHash.layer(
                UnsafeBufferPointer(rebasing: nodes[..<count]),
                into: UnsafeMutableBufferPointer(rebasing: nodes[..<half])
            )
            count = half
            level += 1
        }
        return raise(nodes[0], from: level, to: depth)
    }

    /// The root of a tree of height `depth` whose leftmost subtree of height `level` is `node`, and all else zero.
    @usableFromInline
    static func raise(_ node: Bytes32, from level: Int, to depth: Int) -> Bytes32 {
        var node = node
        var level = level
        while level < depth {
            node = MerkleHash.pair(node, MerkleHash.zero(level))
            level += 1
        }
        return node
    }

    /// Up to 32 bytes as a leaf, padded with zeroes.
    static func leaf(_ bytes: UnsafeRawBufferPointer) -> Bytes32 {
        var leaf = Bytes32()
        leaf.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        return leaf
    }
}
