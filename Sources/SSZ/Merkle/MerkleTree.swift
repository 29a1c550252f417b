public import Hashing

/// A perfect tree over leaves and zero padding, every node kept, for making proofs.
public struct MerkleTree: Sendable {
    /// The depth of the leaves, at most 63.
    public let depth: Int
    /// The nodes that are not padding, by height: `layers[0]` are the leaves.
    private let layers: [[Bytes32]]

    /// A tree over `leaves`, as deep as `limit` leaves need.
    ///
    /// `nil` when there are more leaves than the limit, or the limit is above 2^63.
    public init?(_ leaves: [Bytes32], limit: UInt64? = nil) {
        let width = limit ?? UInt64(leaves.count)
        guard UInt64(leaves.count) <= width, Merkle.depth(of: width) <= 63 else { return nil }
        depth = Merkle.depth(of: width)
        var layers = [leaves]
        for level in 0..<depth {
            var children = layers[level]
            if children.count % 2 == 1 { children.append(MerkleHash.zero(level)) }
            guard !children.isEmpty else {
                layers.append([])
                continue
            }
            layers.append(
                Array(unsafeUninitializedCapacity: children.count / 2) { parents, count in
                    count = children.count / 2
                    children.withUnsafeBufferPointer { children in
                        MerkleHash.layer(children, into: UnsafeMutableBufferPointer(rebasing: parents[..<count]))
                    }
                }
            )
        }
        self.layers = layers
    }

    public var root: Bytes32 { node(height: depth, position: 0) }

    /// The node at `index`; `nil` when it stands below the leaves.
    public subscript(index: GeneralizedIndex) -> Bytes32? {
        index.depth <= depth ? node(height: depth - index.depth, position: index.position) : nil
    }

    /// The siblings on the way from `index` to the root, from the bottom up; `nil` when it stands below the leaves.
    public func branch(of index: GeneralizedIndex) -> [Bytes32]? {
        index.depth <= depth ? index.branchIndices.compactMap { self[$0] } : nil
    }

    /// The siblings on the way from the leaf at `position` to the root; `nil` when there is no such leaf.
    public func branch(ofLeaf position: UInt64) -> [Bytes32]? {
        GeneralizedIndex(leaf: position, depth: depth).flatMap { branch(of: $0) }
    }

    /// The nodes that prove all of `indices` together, in the order `Merkle.root(of:at:with:)` reads them.
    public func multiproof(of indices: [GeneralizedIndex]) throws(MultiproofError) -> [Bytes32] {
        var proof: [Bytes32] = []
        for index in try Merkle.helperIndices(of: indices) {
            guard let node = self[index] else { throw .belowTheLeaves(index, depth: depth) }
            proof.append(node)
        }
        return proof
    }

    private func node(height: Int, position: UInt64) -> Bytes32 {
        position < UInt64(layers[height].count) ? layers[height][Int(position)] : MerkleHash.zero(height)
    }
}
