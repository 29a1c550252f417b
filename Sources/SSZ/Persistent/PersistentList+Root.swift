public import Hashing

extension PersistentList {
    /// The hash tree root as a list of at most `limit` elements.
    public func root(limit: UInt64) -> Bytes32 {
        Merkle.mixInLength(tree.binaryRoot(limit: limit, by: Self.elementRoots), UInt64(count))
    }

    /// The hash tree root as a vector of `count` elements; those missing are zero.
    public func vectorRoot(count: UInt64) -> Bytes32 {
        tree.binaryRoot(limit: count, by: Self.elementRoots)
    }

    /// The hash tree root as a progressive list (EIP-7916).
    public func progressiveRoot() -> Bytes32 {
        Merkle.mixInLength(tree.progressiveRoot(by: Self.elementRoots), UInt64(count))
    }

    static func elementRoots(_ elements: UnsafeRawPointer, _ count: Int, _ roots: UnsafeMutablePointer<Bytes32>) {
        Element.elementRoots(
            UnsafeBufferPointer(start: elements.assumingMemoryBound(to: Element.self), count: count),
            into: UnsafeMutableBufferPointer(start: roots, count: count)
        )
    }
}
