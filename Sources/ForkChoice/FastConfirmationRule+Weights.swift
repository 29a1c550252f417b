internal import ConsensusTypes

/// Per mille added to the estimate of a weight across an epoch boundary.
///
/// Spec: `COMMITTEE_WEIGHT_ESTIMATION_ADJUSTMENT_FACTOR`.
private let committeeWeightEstimationAdjustmentFactor: UInt64 = 5

/// How much of the votes could be against a block.
///
/// Ranges of slots are half open here; the specification's include both ends.
extension FastConfirmationRule {
    /// The slots from `first` up to but not including `end`; none where `end` is not later.
    func slots(from first: Slot, to end: Slot) -> Range<Slot> { first..<max(first, end) }

    /// Spec: `get_slot_committee`.
    private func slotCommittee(_ slot: Slot) throws(ForkChoiceError) -> [ValidatorIndex] {
        guard let members = view.committees[slot] else { throw .missingCommittee(slot) }
        return members
    }

    /// Spec: `get_node_support_between_slots`, for the parent of a block as that block sees it.
    private func supportOfParent(
        _ parent: Int,
        of block: Int,
        _ balances: ActiveBalances,
        _ slots: Range<Slot>
    ) throws(ForkChoiceError) -> Gwei {
        // Who sits in a committee of each of two epochs counts once.
        var participants: Set<ValidatorIndex> = []
        for slot in slots { participants.formUnion(try slotCommittee(slot)) }
        let hasPayloadStatus = store.nodes[parent].hasSeparatePayload
        var support: Gwei = 0
        for index in participants where index < UInt64(store.latestMessages.count) {
            let vote = store.latestMessages[Int(index)]
            // A block since gloas takes its parent with the payload or without, and so must the vote.
            let isSupport =
                Int(vote.node) == parent
                && (!hasPayloadStatus || store.supportedStatus(vote) == store.nodes[block].parentStatus)
            if isSupport { support &+= balances.weight(of: index) }
        }
        return support
    }

    /// Spec: `is_full_validator_set_covered`.
    private func isFullValidatorSetCovered(_ slots: Range<Slot>) -> Bool {
        let perEpoch = store.spec.preset.slotsPerEpoch
        return store.epoch(of: slots.lowerBound.plusClamped(perEpoch - 1)) < store.epoch(of: slots.upperBound)
    }

    /// Spec: `estimate_committee_weight_between_slots`.
    func estimateCommitteeWeight(_ total: Gwei, _ slots: Range<Slot>) -> Gwei {
        guard let last = slots.last else { return 0 }
        if isFullValidatorSetCovered(slots) { return total }
        let perEpoch = store.spec.preset.slotsPerEpoch
        let committee = total / perEpoch
        if store.epoch(of: slots.lowerBound) == store.epoch(of: last) {
            return committee.timesClamped(UInt64(slots.count))
        }
        let inEndEpoch = last % perEpoch + 1
        let inStartEpoch = perEpoch - slots.lowerBound % perEpoch
        let startWeight = committee.timesClamped(inStartEpoch)
        let proRated = (startWeight / perEpoch).timesClamped(perEpoch - inEndEpoch)
        return adjustToEnsureSafety(proRated.plusClamped(committee.timesClamped(inEndEpoch)))
    }

    /// Spec: `adjust_committee_weight_estimate_to_ensure_safety`.
    private func adjustToEnsureSafety(_ estimate: Gwei) -> Gwei {
        (estimate.plusClamped(999) / 1000).timesClamped(1000 + committeeWeightEstimationAdjustmentFactor)
    }

    /// Spec: `get_equivocation_score`.
    private mutating func equivocationScore(
        _ balances: ActiveBalances,
        _ slots: Range<Slot>
    ) throws(ForkChoiceError) -> Gwei {
        if store.equivocatingIndices.isEmpty { return 0 }
        var found: Set<ValidatorIndex> = []
        for slot in slots { found.formUnion(try equivocatingMembers(slot)) }
        return found.reduce(0) { $0 &+ balances.activeBalance(of: $1) }
    }

    private mutating func equivocatingMembers(_ slot: Slot) throws(ForkChoiceError) -> [ValidatorIndex] {
        if let known = equivocating[slot] { return known }
        let members = try slotCommittee(slot).filter(store.equivocatingIndices.contains)
        equivocating[slot] = members
        return members
    }

    /// Spec: `compute_adversarial_weight`.
    mutating func adversarialWeight(
        _ balances: ActiveBalances,
        _ slots: Range<Slot>
    ) throws(ForkChoiceError) -> Gwei {
        let maximum = estimateCommitteeWeight(balances.totalActive, slots)
        let adversarial = (maximum / 100).timesClamped(store.spec.config.confirmationByzantineThreshold)
        return adversarial.minusClamped(try equivocationScore(balances, slots))
    }

    /// Spec: `get_adversarial_weight`.
    private mutating func adversarialWeight(
        against block: Int,
        _ parent: Int,
        _ balances: ActiveBalances
    ) throws(ForkChoiceError) -> Gwei {
        let crossesEpoch = epoch(block) > epoch(parent)
        let first = crossesEpoch ? store.startSlot(of: epoch(block)) : slot(block)
        return try adversarialWeight(balances, slots(from: first, to: currentSlot))
    }

    /// Spec: `get_support_discount`, `compute_empty_slot_support_discount`.
    private mutating func supportDiscount(
        _ block: Int,
        _ parent: Int,
        _ balances: ActiveBalances
    ) throws(ForkChoiceError) -> Gwei {
        let empty = slots(from: slot(parent) &+ 1, to: slot(block))
        if empty.isEmpty { return 0 }
        let support = try supportOfParent(parent, of: block, balances, empty)
        return support.minusClamped(try adversarialWeight(balances, empty))
    }

    /// Spec: `compute_safety_threshold`.
    private mutating func safetyThreshold(
        _ block: Int,
        _ parent: Int,
        _ balances: ActiveBalances
    ) throws(ForkChoiceError) -> Gwei {
        // Spec: `compute_proposer_score`.
        let proposer = balances.committeeFraction(
            percent: store.spec.config.proposerScoreBoost,
            slotsPerEpoch: store.spec.preset.slotsPerEpoch
        )
        let maximum = estimateCommitteeWeight(
            balances.totalActive,
            slots(from: slot(parent) &+ 1, to: currentSlot)
        )
        let discount = try supportDiscount(block, parent, balances)
        let adversarial = try adversarialWeight(against: block, parent, balances)
        let against = maximum.plusClamped(proposer).plusClamped(adversarial.timesClamped(2))
        return against.minusClamped(discount) / 2
    }

    /// Spec: `is_one_confirmed`: whether no other branch can outweigh the block any more; never of an optimistic one.
    mutating func isOneConfirmed(_ block: Int, _ balances: ActiveBalances) throws(ForkChoiceError) -> Bool {
        guard let parent = store.nodes[block].parent, store.nodes.standings[block].execution == .valid else {
            return false
        }
        return attestationScore(block, balances) > (try safetyThreshold(block, parent, balances))
    }
}
