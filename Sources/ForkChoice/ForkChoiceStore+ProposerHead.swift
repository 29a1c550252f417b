public import ConsensusTypes

extension ForkChoiceStore {
    /// Spec: `get_proposer_head`: the block to build on at `slot`, which is the head or, to orphan a late one, its parent.
    ///
    /// - Parameters:
    ///   - headCommittees: the members of all committees of the head's slot.
    public mutating func getProposerHead(
        slot: Slot,
        headCommittees: [ValidatorIndex]
    ) throws(ForkChoiceError) -> ForkChoiceHead {
        let (position, status) = try headPosition()
        let head = nodes[position]
        let built = ForkChoiceHead(node: node(at: position), payloadStatus: status)
        guard let parentPosition = head.parent else { return built }
        let parent = nodes[parentPosition]
        let isLate = head.isTimely == false
        let isShufflingStable = spec.fork(atSlot: slot) >= .fulu || slot % spec.preset.slotsPerEpoch != 0
        let isFFGCompetitive =
            nodes.checkpoints(at: position).unrealizedJustified
            == nodes.checkpoints(at: parentPosition).unrealizedJustified
        let sinceFinality =
            epoch(of: slot) > finalizedCheckpoint.epoch ? epoch(of: slot) - finalizedCheckpoint.epoch : 0
        let isFinalizationOK = sinceFinality <= spec.config.reorgMaxEpochsSinceFinalization
        let isOnTime = timeIntoSlotMs <= slotComponentDurationMs(spec.config.proposerReorgCutoffBps)
        let isNext = head.slot &+ 1 == slot
        let isSingleSlot = parent.slot &+ 1 == head.slot && isNext
        let isWeak = isHeadWeak(position, committees: headCommittees)
        // Spec: `is_parent_strong`.
        let isParentStrong = lines.sum(parentPosition) > fraction(spec.config.reorgParentWeightThreshold)
        let isReorgDue =
            isLate && isShufflingStable && isFFGCompetitive && isFinalizationOK && isOnTime && isSingleSlot && isWeak
            && isParentStrong
        if isReorgDue || (isWeak && isNext && isProposerEquivocation(head)) {
            return ForkChoiceHead(node: node(at: parentPosition), payloadStatus: head.parentStatus)
        }
        return built
    }

    /// Spec: `is_proposer_equivocation`.
    private func isProposerEquivocation(_ head: BlockFacts) -> Bool {
        nodes.indices.contains {
            nodes[$0].slot == head.slot && nodes[$0].proposerIndex == head.proposerIndex && nodes[$0].root != head.root
        }
    }
}
