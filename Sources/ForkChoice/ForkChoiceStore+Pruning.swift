public import ConsensusTypes

extension ForkChoiceStore {
    /// Drops all blocks that do not descend from the finalized checkpoint's block, which becomes the tree's base.
    ///
    /// Returns the roots that were dropped. Votes for them count no longer, but their epochs are remembered. Nothing is
    /// dropped while a checkpoint lies on another branch than the finalized block's, as after a third of the stake
    /// voted for two: the head is still looked for from there, until the finalized branch justifies more. Weights are
    /// nought until the next head.
    public mutating func prune() -> [Root] {
        var others = [justifiedCheckpoint]
        if unrealizedJustifiedCheckpoint.epoch > justifiedCheckpoint.epoch {
            others.append(unrealizedJustifiedCheckpoint)
        }
        if unrealizedFinalizedCheckpoint.epoch > finalizedCheckpoint.epoch {
            others.append(unrealizedFinalizedCheckpoint)
        }
        guard let base = find(finalizedCheckpoint.root), base > 0,
            others.allSatisfy({ isDescendant($0.root, of: finalizedCheckpoint.root) })
        else { return [] }
        var moved = [Int](repeating: -1, count: nodes.count)
        var kept = BlockTable()
        var dropped: [Root] = []
        for i in nodes.indices {
            let node = nodes[i]
            let parent = node.parent.map { moved[$0] } ?? -1
            guard i == base || parent >= 0 else {
                dropped.append(node.root)
                payloadVotes[node.root] = nil
                slotCommittees[node.root] = nil
                continue
            }
            moved[i] = kept.count
            let traits = BlockTraits(
                isTimely: node.isTimely,
                isTimelyForPTC: node.isTimelyForPTC,
                parentStatus: node.parentStatus,
                hasSeparatePayload: node.hasSeparatePayload
            )
            kept.append(
                nodes.block(at: i),
                parent: i == base ? nil : parent,
                traits: traits,
                standing: nodes.standings[i]
            )
        }
        nodes = kept
        relinkBranches()
        for i in latestMessages.indices where latestMessages[i].node >= 0 {
            latestMessages[i].node = Int32(moved[Int(latestMessages[i].node)])
        }
        let finalized = finalizedCheckpoint.epoch
        balances = balances.filter { $0.key.epoch >= finalized || $0.key == justifiedCheckpoint }
        return dropped
    }
}
