public import Hashing

// EIP-7916: a spine that leans to the right. Each spine node has a perfect subtree on the left, of 1, 4, 16… leaves,
// and the rest of the spine on the right; a zero node ends it. A leaf never moves as the list grows.

extension Merkle {
    /// The progressive root (EIP-7916): subtrees of 1, 4, 16… leaves, each hashed beside all that follow it.
    public static func progressiveRoot(_ leaves: UnsafeBufferPointer<Bytes32>) -> Bytes32 {
        progressiveRootOfBytes(UnsafeRawBufferPointer(leaves))
    }

    /// The progressive root (EIP-7916): subtrees of 1, 4, 16… leaves, each hashed beside all that follow it.
    public static func progressiveRoot(_ leaves: [Bytes32]) -> Bytes32 {
        leaves.withUnsafeBufferPointer { progressiveRoot($0) }
    }

    /// The progressive root over bytes packed into leaves, the last one padded with zeroes.
    public static func progressiveRootOfBytes(_ bytes: UnsafeRawBufferPointer) -> Bytes32 {
        withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: 32) { subtrees in
            var levels = 0
            var start = 0
            while start < bytes.count {
                // Memory is smaller than 2^63 bytes, so a subtree as wide as that is never full.
                let width = 32 << (2 * levels)
                let end = start + min(width, bytes.count - start)
                let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                subtrees.initializeElement(at: levels, to: subtree(part, depth: 2 * levels))
                start = end
                levels += 1
            }
            return spine(UnsafeBufferPointer(rebasing: subtrees[..<levels]))
        }
    }

    /// The root of a spine over its subtrees' roots, narrowest first.
    @usableFromInline
    static func spine(_ subtrees: UnsafeBufferPointer<Bytes32>) -> Bytes32 {
        var node = Bytes32.zero
        for subtree in subtrees.reversed() { node = MerkleHash.pair(subtree, node) }
        return node
    }

    /// The generalized index of leaf `position` of a progressive tree whose root has a word mixed in.
    public static func progressiveLeafIndex(_ position: Int) -> UInt64 {
        var spine: UInt64 = 2
        var start = 0
        var width = 1
        while position - start >= width {
            spine = spine * 2 + 1
            start += width
            width *= 4
        }
        return spine * 2 * UInt64(width) + UInt64(position - start)
    }
}
