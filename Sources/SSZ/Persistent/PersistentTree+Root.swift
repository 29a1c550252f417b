internal import Hashing

extension PersistentTree {
    /// The root of one perfect tree over the leaves, as deep as `limit` elements and those there are need.
    func binaryRoot(limit: UInt64, by elementRoots: PersistentNode.ElementRoots) -> Bytes32 {
        let perLeaf = UInt64(1) << UInt64(format.leafShift)
        let limitLeaves = limit / perLeaf + (limit % perLeaf == 0 ? 0 : 1)
        let height = Merkle.depth(of: max(limitLeaves, UInt64(format.leafCount(count))))
        if count == 0 { return MerkleHash.zero(height) }
        switch layout {
        case .binary: return segments[0].root(height: height, by: elementRoots)
        case .progressive: return leaves(by: elementRoots).withUnsafeBytes { Merkle.subtree($0, depth: height) }
        }
    }

    /// The root of the spine of trees of 1, 4, 16… leaves.
    func progressiveRoot(by elementRoots: PersistentNode.ElementRoots) -> Bytes32 {
        switch layout {
        case .progressive:
            let roots = segments.enumerated().map { $1.root(height: 2 * $0, by: elementRoots) }
            return roots.withUnsafeBufferPointer { Merkle.spine($0) }
        case .binary:
            return Merkle.progressiveRoot(leaves(by: elementRoots))
        }
    }

    /// All leaves, for the root of the other layout.
    private func leaves(by elementRoots: PersistentNode.ElementRoots) -> [Bytes32] {
        let leafCount = format.leafCount(count)
        guard leafCount > 0 else { return [] }
        return Array(unsafeUninitializedCapacity: leafCount) { leaves, initialized in
            guard let first = leaves.baseAddress else { return }
            first.initialize(repeating: .zero, count: leafCount)
            var index = 0
            while index < count {
                let (node, start) = flatChunk(at: index)
                defer { withExtendedLifetime(node) {} }
                if format.isPacked {
                    UnsafeMutableRawPointer(first).advanced(by: start * Int(format.stride))
                        .copyMemory(from: node.storage, byteCount: node.elementBytes.count)
                } else {
                    node.writeLeaves(to: first + start, by: elementRoots)
                }
                index = start + node.count
            }
            initialized = leafCount
        }
    }
}
