internal import ConsensusTypes
internal import Hashing

extension ForkChoiceStore {
    /// Spec: `get_head`.
    public mutating func getHead() throws(ForkChoiceError) -> ForkChoiceNode {
        nodes[try headPosition()]
    }

    /// Spec: `get_head`, with `get_filtered_node_tree` and `get_weight` in one pass over the blocks.
    mutating func headPosition() throws(ForkChoiceError) -> Int {
        try recountVotes()
        guard let base = positions[justifiedCheckpoint.root] else { throw .missingNode(justifiedCheckpoint.root) }
        if nodes[base].execution == .invalidated { throw .invalidatedJustified(justifiedCheckpoint) }
        let bestChildren = weighBranches()
        var head = base
        while let child = bestChildren[head] { head = child }
        return head
    }

    /// Sums weights and viability up to the base; answers each block's best viable child.
    private mutating func weighBranches() -> [Int?] {
        let onFinalized = finalizedBranches()
        let boost = proposerBoostRoot == Root() ? nil : positions[proposerBoostRoot]
        let boostWeight = countedBalances.committeeFraction(
            percent: spec.config.proposerScoreBoost,
            slotsPerEpoch: spec.preset.slotsPerEpoch
        )
        var hasChildren = Array(repeating: false, count: nodes.count)
        var best = [Int?](repeating: nil, count: nodes.count)
        for i in nodes.indices {
            nodes[i].weight = nodes[i].votes &+ (i == boost ? boostWeight : 0)
            nodes[i].isViable = false
        }
        for i in nodes.indices.reversed() {
            // To the rest of the tree, a refused block and its votes are gone.
            if nodes[i].execution == .invalidated { continue }
            // All children stand behind their parent, so they are done.
            if !hasChildren[i] { nodes[i].isViable = onFinalized[i] && isJustifiedLeaf(i) }
            guard let parent = nodes[i].parent else { continue }
            hasChildren[parent] = true
            nodes[parent].weight = nodes[parent].weight &+ nodes[i].weight
            guard nodes[i].isViable else { continue }
            nodes[parent].isViable = true
            if let rival = best[parent], isHeavier(rival, i) { continue }
            best[parent] = i
        }
        return best
    }

    private func isHeavier(_ a: Int, _ b: Int) -> Bool {
        nodes[a].weight != nodes[b].weight ? nodes[a].weight > nodes[b].weight : nodes[a].root > nodes[b].root
    }

    /// Which blocks lie on a branch through the finalized checkpoint.
    private func finalizedBranches() -> [Bool] {
        if finalizedCheckpoint.epoch == 0 { return Array(repeating: true, count: nodes.count) }
        let slot = startSlot(of: finalizedCheckpoint.epoch)
        var through = Array(repeating: false, count: nodes.count)
        for (i, node) in nodes.enumerated() {
            if node.slot > slot, let parent = node.parent {
                through[i] = through[parent]
            } else {
                through[i] = node.root == finalizedCheckpoint.root
            }
        }
        return through
    }

    /// Spec: the `correct_justified` of `filter_node_tree`, for a block without children.
    private func isJustifiedLeaf(_ position: Int) -> Bool {
        if justifiedCheckpoint.epoch == 0 { return true }
        let source = votingSource(position)
        return source.epoch == justifiedCheckpoint.epoch || source.epoch &+ 2 >= currentEpoch
    }

    /// Spec: `get_voting_source`.
    private func votingSource(_ position: Int) -> Checkpoint {
        let block = nodes[position].block
        return currentEpoch > epoch(of: block.slot) ? block.unrealizedJustified : block.justified
    }
}
