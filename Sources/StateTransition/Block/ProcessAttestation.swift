public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_attestation`; `parentSlot`, the slot of the parent block, must be given since gloas.
    public mutating func processAttestation(
        _ attestation: Attestation,
        parentSlot: Slot? = nil
    ) throws(TransitionError) {
        try processAttestations([attestation], parentSlot: parentSlot)
    }

    /// Spec: `process_attestation`, of one after the other.
    ///
    /// Together, because the attesters of a block stand anywhere in the participation of their epoch: each of its chunks
    /// is looked up and copied once for all of them.
    mutating func processAttestations(_ attestations: [Attestation], parentSlot: Slot?) throws(TransitionError) {
        if attestations.isEmpty { return }
        var current = PersistentList<ParticipationFlags>()
        var previous = PersistentList<ParticipationFlags>()
        swap(&current, &state.currentEpochParticipation)
        swap(&previous, &state.previousEpochParticipation)
        defer {
            swap(&current, &state.currentEpochParticipation)
            swap(&previous, &state.previousEpochParticipation)
        }
        try current.withWriter { (current: inout PersistentWriter<ParticipationFlags>) throws(TransitionError) in
            try previous.withWriter {
                (previous: inout PersistentWriter<ParticipationFlags>) throws(TransitionError) in
                for attestation in attestations {
                    try processAttestation(attestation, parentSlot: parentSlot, &current, &previous)
                }
            }
        }
    }

    /// One attestation; the participation of both epochs stands in the writers, not in the state.
    private mutating func processAttestation(
        _ attestation: Attestation,
        parentSlot: Slot?,
        _ current: inout PersistentWriter<ParticipationFlags>,
        _ previous: inout PersistentWriter<ParticipationFlags>
    ) throws(TransitionError) {
        let function = "process_attestation"
        let data = attestation.data
        let isCurrent = data.target.epoch == currentEpoch
        try require(
            isCurrent || data.target.epoch == previousEpoch,
            function,
            "target.epoch",
            expected: "\(previousEpoch) or \(currentEpoch)",
            got: "\(data.target.epoch)"
        )
        try requireEqual(data.target.epoch, computeEpochAtSlot(data.slot), function, "target.epoch")
        try require(
            try data.slot.plus(preset.minAttestationInclusionDelay, function) <= state.slot,
            function,
            "slot",
            expected: "at least \(preset.minAttestationInclusionDelay) before \(state.slot)",
            got: "\(data.slot)"
        )
        let delay = state.slot - data.slot
        if fork < .deneb {
            try require(
                delay <= preset.slotsPerEpoch,
                function,
                "slot",
                expected: "at most \(preset.slotsPerEpoch) before \(state.slot)",
                got: "\(data.slot)"
            )
        }
        if fork >= .gloas {
            // Since gloas it says whether the payload was there.
            try require(data.index < 2, function, "index", expected: "0 or 1", got: "\(data.index)")
        } else if fork >= .electra {
            try requireEqual(data.index, 0, function, "index")
        }

        let committees = try attestingCommittees(attestation, function)
        let attesters = committees.attesters()
        if fork >= .altair {
            let flags = try getAttestationParticipationFlags(data, delay, parentSlot: parentSlot)
            try claimAttestation(data, by: committees, attestation.signature, function)
            if isCurrent {
                try rewardParticipation(attesters, flags, data, isCurrent: true, &current)
            } else {
                try rewardParticipation(attesters, flags, data, isCurrent: false, &previous)
            }
        } else {
            try appendPendingAttestation(attestation, delay, isCurrent: isCurrent)
            try claimAttestation(data, by: committees, attestation.signature, function)
        }
    }

    /// The phase0 way: keep the attestation for the epoch's end.
    private mutating func appendPendingAttestation(
        _ attestation: Attestation,
        _ delay: UInt64,
        isCurrent: Bool
    ) throws(TransitionError) {
        let function = "process_attestation"
        let justified = isCurrent ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint
        try requireEqual(attestation.data.source, justified, function, "source")
        let pending = PendingAttestation(
            aggregationBits: attestation.aggregationBits,
            data: attestation.data,
            inclusionDelay: delay,
            proposerIndex: try getBeaconProposerIndex()
        )
        let limit = preset.maxAttestations * preset.slotsPerEpoch
        if isCurrent {
            try requireRoom(state.currentEpochAttestations.count, limit, function, "current_epoch_attestations")
            state.currentEpochAttestations.append(pending)
        } else {
            try requireRoom(state.previousEpochAttestations.count, limit, function, "previous_epoch_attestations")
            state.previousEpochAttestations.append(pending)
        }
    }

    /// Spec: `get_attestation_participation_flag_indices` (altair), as a set of bits.
    func getAttestationParticipationFlags(
        _ data: AttestationData,
        _ delay: UInt64,
        parentSlot: Slot? = nil
    ) throws(TransitionError) -> ParticipationFlags {
        let isCurrent = data.target.epoch == currentEpoch
        let justified = isCurrent ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint
        try requireEqual(data.source, justified, "get_attestation_participation_flag_indices", "source")
        let matchesTarget = data.target.root == (try getBlockRoot(data.target.epoch))
        var matchesHead = data.beaconBlockRoot == (try getBlockRootAtSlot(data.slot)) && matchesTarget
        if fork >= .gloas, try !matchesPayload(data, parentSlot: parentSlot) { matchesHead = false }
        var flags: ParticipationFlags = 0
        if delay <= preset.slotsPerEpoch.integerSquareroot {
            flags |= 1 << ParticipationFlags(Constants.timelySourceFlagIndex)
        }
        // Deneb takes a target vote whenever it comes.
        if matchesTarget, fork >= .deneb || delay <= preset.slotsPerEpoch {
            flags |= 1 << ParticipationFlags(Constants.timelyTargetFlagIndex)
        }
        if matchesHead, delay == preset.minAttestationInclusionDelay {
            flags |= 1 << ParticipationFlags(Constants.timelyHeadFlagIndex)
        }
        return flags
    }

    /// Whether a vote is right about the payload of the block that it votes for (gloas).
    ///
    /// Only votes for the parent block can be for the head in time, so one bit, that of its slot, tells.
    private func matchesPayload(_ data: AttestationData, parentSlot: Slot?) throws(TransitionError) -> Bool {
        let function = "get_attestation_participation_flag_indices"
        if try isAttestationSameSlot(data) {
            // In its own slot a block's payload cannot be known yet.
            try requireEqual(data.index, 0, function, "index of a vote in the block's own slot")
            return true
        }
        guard let parentSlot else { throw TransitionError(function, "parent slot", expected: "one", got: "none") }
        let position = Int(parentSlot % preset.slotsPerHistoricalRoot)
        let available = state.executionPayloadAvailability
        try requirePosition(position, in: available.count, function, "execution_payload_availability")
        return data.index == (available[position] ? 1 : 0)
    }

    /// Sets the flags of the attesters, pays the proposer for those that are new, and counts votes for a payment.
    private mutating func rewardParticipation(
        _ attesters: [ValidatorIndex],
        _ flags: ParticipationFlags,
        _ data: AttestationData,
        isCurrent: Bool,
        _ participation: inout PersistentWriter<ParticipationFlags>
    ) throws(TransitionError) {
        let payment = fork >= .gloas ? try paymentToWeigh(data, isCurrent: isCurrent) : nil
        let rates = AttestationRates(
            effectiveBalances: try effectiveBalancesOfEpoch(),
            validators: state.validators,
            perIncrement: try getBaseRewardPerIncrement(),
            increment: preset.effectiveBalanceIncrement,
            countsNewcomers: payment != nil
        )
        let marked = try rates.mark(attesters, flags, in: &participation)
        let denominator =
            (Constants.weightDenominator - Constants.proposerWeight) * Constants.weightDenominator
            / Constants.proposerWeight
        try increaseBalance(getBeaconProposerIndex(), marked.numerator / denominator)
        if let payment {
            let weight = state.builderPendingPayments[payment].weight
            state.builderPendingPayments[payment].weight = try weight.plus(marked.newcomers, "process_attestation")
        }
    }

    /// The position of the builder's payment that votes like this one confirm; `nil` where there is none.
    private func paymentToWeigh(_ data: AttestationData, isCurrent: Bool) throws(TransitionError) -> Int? {
        let place = data.slot % preset.slotsPerEpoch
        let position = Int(isCurrent ? preset.slotsPerEpoch + place : place)
        let payments = state.builderPendingPayments
        try requirePosition(position, in: payments.count, "process_attestation", "builder_pending_payments")
        guard payments[position].withdrawal.amount > 0, try isAttestationSameSlot(data) else { return nil }
        return position
    }
}
