internal import ConsensusTypes
internal import Hashing

extension ForkChoiceStore {
    /// Spec: `update_proposer_boost_root`, of a timely block that is the first of its slot.
    mutating func updateProposerBoost(head: Int, block: Int) {
        let epoch = currentEpoch
        guard shufflingDependentPosition(head, epoch) == shufflingDependentPosition(block, epoch) else { return }
        proposerBoostRoot = nodes[block].root
    }

    /// Spec: `should_apply_proposer_boost` (gloas); before gloas a boost always applies.
    ///
    /// Needs the sums of votes, so it is asked for between them and the weights.
    func shouldApplyProposerBoost(_ boosted: Int) -> Bool {
        if nodes.standings[boosted].execution == .invalidated { return false }
        let slot = nodes[boosted].slot
        guard spec.fork(atSlot: slot) >= .gloas, let parent = nodes[boosted].parent else { return true }
        let before = nodes[parent]
        if before.slot &+ 1 < slot { return true }
        guard isHeadWeak(parent, committees: slotCommittees[before.root] ?? []) else { return true }
        // Who showed two blocks to the committee in time does not have the second one boosted by the next proposer.
        // A boosted block is of the current slot, so these are of the previous one.
        return !branches.ofSlot(before.slot).contains { position in
            let rival = nodes[position]
            return rival.isTimelyForPTC && rival.proposerIndex == before.proposerIndex
                && rival.root != before.root
        }
    }

    /// Spec: `is_head_weak`, by the votes of the last head computation.
    func isHeadWeak(_ position: Int, committees: some Sequence<ValidatorIndex>) -> Bool {
        var weight = lines.sum(position)
        if !equivocatingIndices.isEmpty {
            for index in committees where equivocatingIndices.contains(index) {
                weight &+= countedBalances.effectiveBalance(of: index)
            }
        }
        return weight < fraction(spec.config.reorgHeadWeightThreshold)
    }

    func fraction(_ percent: UInt64) -> Gwei {
        countedBalances.committeeFraction(percent: percent, slotsPerEpoch: spec.preset.slotsPerEpoch)
    }
}
