public import ConsensusTypes

extension ForkChoiceStore {
    /// Spec: `get_proposer_head`: the block to build on at `slot`, which is the head or, to orphan a late one, its parent.
    ///
    /// - Parameters:
    ///   - headCommittees: the members of all committees of the head's slot.
    ///   - isShufflingStable: before fulu, whether `slot` is not the first of an epoch; `true` from fulu on.
    public mutating func getProposerHead(
        slot: Slot,
        headCommittees: [ValidatorIndex]
    ) throws(ForkChoiceError) -> ForkChoiceNode {
        let position = try headPosition()
        let head = nodes[position]
        guard let parentPosition = head.parent else { return head }
        let parent = nodes[parentPosition]
        let isLate = head.isTimely == false
        let isShufflingStable = spec.fork(atSlot: slot) >= .fulu || slot % spec.preset.slotsPerEpoch != 0
        let isFFGCompetitive = head.block.unrealizedJustified == parent.block.unrealizedJustified
        let sinceFinality =
            epoch(of: slot) > finalizedCheckpoint.epoch ? epoch(of: slot) - finalizedCheckpoint.epoch : 0
        let isFinalizationOK = sinceFinality <= spec.config.reorgMaxEpochsSinceFinalization
        let isOnTime = timeIntoSlotMs <= slotComponentDurationMs(spec.config.proposerReorgCutoffBps)
        let isNext = head.slot &+ 1 == slot
        let isSingleSlot = parent.slot &+ 1 == head.slot && isNext
        let isWeak = isHeadWeak(head, committees: headCommittees)
        let isParentStrong = parent.weight > fraction(spec.config.reorgParentWeightThreshold)
        let isReorgDue =
            isLate && isShufflingStable && isFFGCompetitive && isFinalizationOK && isOnTime && isSingleSlot && isWeak
            && isParentStrong
        if isReorgDue || (isWeak && isNext && isProposerEquivocation(head)) { return parent }
        return head
    }

    /// Spec: `is_head_weak`; the boost has worn off when a proposer asks.
    private func isHeadWeak(_ head: ForkChoiceNode, committees: [ValidatorIndex]) -> Bool {
        let equivocating = committees.reduce(Gwei(0)) { sum, index in
            equivocatingIndices.contains(index) ? sum &+ countedBalances.effectiveBalance(of: index) : sum
        }
        return head.weight &+ equivocating < fraction(spec.config.reorgHeadWeightThreshold)
    }

    /// Spec: `is_proposer_equivocation`.
    private func isProposerEquivocation(_ head: ForkChoiceNode) -> Bool {
        nodes.contains {
            $0.slot == head.slot && $0.block.proposerIndex == head.block.proposerIndex && $0.root != head.root
        }
    }

    private func fraction(_ percent: UInt64) -> Gwei {
        countedBalances.committeeFraction(percent: percent, slotsPerEpoch: spec.preset.slotsPerEpoch)
    }
}
