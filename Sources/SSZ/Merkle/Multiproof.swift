public import Hashing

/// Why indices, leaves and proof do not make a proof of several nodes.
public enum MultiproofError: Error, Hashable, Sendable {
    /// No index: the proof would show nothing.
    case empty
    case repeated(GeneralizedIndex)
    /// The index stands below another one, which would be taken on trust.
    case nested(GeneralizedIndex)
    case leafCount(expected: Int, got: Int)
    case proofLength(expected: Int, got: Int)
    /// A tree of this depth has no such node.
    case belowTheLeaves(GeneralizedIndex, depth: Int)
}

extension Merkle {
    /// Spec: `get_helper_indices`; what a proof of `indices` must hold, deepest and rightmost first.
    public static func helperIndices(
        of indices: [GeneralizedIndex]
    ) throws(MultiproofError) -> [GeneralizedIndex] {
        if indices.isEmpty { throw .empty }
        var asked: Set<GeneralizedIndex> = []
        for index in indices where !asked.insert(index).inserted { throw .repeated(index) }
        var paths: Set<GeneralizedIndex> = []
        var branches: Set<GeneralizedIndex> = []
        for index in indices {
            var isFirst = true
            for step in index.pathIndices {
                if !isFirst && asked.contains(step) { throw .nested(index) }
                isFirst = false
                paths.insert(step)
                if let sibling = step.sibling { branches.insert(sibling) }
            }
            if !index.isRoot && asked.contains(.root) { throw .nested(index) }
        }
        return branches.subtracting(paths).sorted(by: >)
    }

    /// Spec: `calculate_multi_merkle_root`.
    public static func root(
        of leaves: [Bytes32],
        at indices: [GeneralizedIndex],
        with proof: [Bytes32]
    ) throws(MultiproofError) -> Bytes32 {
        if leaves.count != indices.count { throw .leafCount(expected: indices.count, got: leaves.count) }
        let helpers = try helperIndices(of: indices)
        if proof.count != helpers.count { throw .proofLength(expected: helpers.count, got: proof.count) }
        var nodes: [UInt64: Bytes32] = [:]
        for (index, leaf) in zip(indices, leaves) { nodes[index.rawValue] = leaf }
        for (index, node) in zip(helpers, proof) { nodes[index.rawValue] = node }
        // From the deepest level up: what is missing at a level is made from the one below before it is needed.
        for depth in stride(from: indices.map(\.depth).max() ?? 0, to: 0, by: -1) {
            let level = nodes.keys.filter { 63 - $0.leadingZeroBitCount == depth && $0 & 1 == 0 }
            for left in level {
                guard let a = nodes[left], let b = nodes[left | 1] else { continue }
                nodes[left >> 1] = MerkleHash.pair(a, b)
            }
        }
        return nodes[1] ?? .zero
    }
}
