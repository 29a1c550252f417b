internal import ConsensusTypes
internal import Hashing
internal import SSZ

/// The Merkle tree of the deposit contract, of which only the right edge is kept: leaves are appended, never asked for.
struct DepositTree {
    /// The roots of the complete subtrees that stand left of the edge, by level; stale where the count has no such bit.
    private var branch = [Root](repeating: .zero, count: Constants.depositContractTreeDepth)
    private(set) var count: UInt64 = 0

    /// Adds a leaf; the tree holds up to 2^32.
    mutating func append(_ leaf: Root) {
        var node = leaf
        for level in branch.indices {
            if count >> UInt64(level) & 1 == 0 {
                branch[level] = node
                break
            }
            node = MerkleHash.pair(branch[level], node)
        }
        count += 1
    }

    /// The root of the list of leaves.
    var root: Root {
        var node = Root.zero
        for level in branch.indices {
            node =
                count >> UInt64(level) & 1 == 1
                ? MerkleHash.pair(branch[level], node) : MerkleHash.pair(node, MerkleHash.zero(level))
        }
        return Merkle.mixInLength(node, count)
    }
}
