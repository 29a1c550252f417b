public import Hashing

/// Spec: `compute_merkle_branch_root`; the caller has checked that the branch has `depth` nodes.
public func computeMerkleBranchRoot(
    leaf: Bytes32,
    branch: some Collection<Bytes32>,
    index: UInt64
) -> Bytes32 {
    var node = leaf
    for (level, sibling) in branch.enumerated() {
        let isRight = level < 64 && index >> UInt64(level) & 1 == 1
        node = isRight ? MerkleHash.pair(sibling, node) : MerkleHash.pair(node, sibling)
    }
    return node
}

/// Spec: `is_valid_merkle_branch`.
public func isValidMerkleBranch(
    leaf: Bytes32,
    branch: some Collection<Bytes32>,
    depth: UInt64,
    index: UInt64,
    root: Bytes32
) -> Bool {
    UInt64(branch.count) == depth && computeMerkleBranchRoot(leaf: leaf, branch: branch, index: index) == root
}

/// Spec: `is_valid_normalized_merkle_branch`; a branch may be longer than the index is deep, by leading zero nodes.
public func isValidNormalizedMerkleBranch(
    leaf: Bytes32,
    branch: some Collection<Bytes32>,
    index: GeneralizedIndex,
    root: Bytes32
) -> Bool {
    let extra = branch.count - index.depth
    guard extra >= 0, branch.prefix(extra).allSatisfy({ $0 == .zero }) else { return false }
    return computeMerkleBranchRoot(leaf: leaf, branch: branch.dropFirst(extra), index: index.position) == root
}
