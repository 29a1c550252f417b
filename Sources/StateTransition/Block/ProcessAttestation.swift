public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_attestation`.
    public mutating func processAttestation(_ attestation: Attestation) throws(TransitionError) {
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
        if fork >= .electra { try requireEqual(data.index, 0, function, "index") }

        let committees = try attestingCommittees(attestation, function)
        let attesters = committees.attesters()
        if fork >= .altair {
            let flags = try getAttestationParticipationFlags(data, delay)
            try claimAttestation(data, by: committees, attestation.signature, function)
            try rewardParticipation(attesters, flags, isCurrent: isCurrent)
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
        _ delay: UInt64
    ) throws(TransitionError) -> ParticipationFlags {
        let isCurrent = data.target.epoch == currentEpoch
        let justified = isCurrent ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint
        try requireEqual(data.source, justified, "get_attestation_participation_flag_indices", "source")
        let matchesTarget = data.target.root == (try getBlockRoot(data.target.epoch))
        let matchesHead = data.beaconBlockRoot == (try getBlockRootAtSlot(data.slot)) && matchesTarget
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

    /// Sets the flags of the attesters, and pays the proposer for those that are new.
    private mutating func rewardParticipation(
        _ attesters: [ValidatorIndex],
        _ flags: ParticipationFlags,
        isCurrent: Bool
    ) throws(TransitionError) {
        let balances = try effectiveBalancesOfEpoch()
        let perIncrement = try getBaseRewardPerIncrement()
        let validators = state.validators
        let numerator =
            isCurrent
            ? try Self.mark(
                attesters,
                flags,
                in: &state.currentEpochParticipation,
                validators,
                balances,
                perIncrement,
                preset.effectiveBalanceIncrement
            )
            : try Self.mark(
                attesters,
                flags,
                in: &state.previousEpochParticipation,
                validators,
                balances,
                perIncrement,
                preset.effectiveBalanceIncrement
            )
        let denominator =
            (Constants.weightDenominator - Constants.proposerWeight) * Constants.weightDenominator
            / Constants.proposerWeight
        try increaseBalance(getBeaconProposerIndex(), numerator / denominator)
    }

    /// Sets `flags` of each attester; the sum of base reward times weight over the flags that were not set before.
    private static func mark(
        _ attesters: [ValidatorIndex],
        _ flags: ParticipationFlags,
        in participation: inout PersistentList<ParticipationFlags>,
        _ validators: PersistentList<Validator>,
        _ effectiveBalances: [Gwei],
        _ perIncrement: Gwei,
        _ increment: Gwei
    ) throws(TransitionError) -> UInt64 {
        let function = "process_attestation"
        var weights = [UInt64](repeating: 0, count: 8)
        for set in weights.indices {
            for (flag, weight) in Constants.participationFlagWeights.enumerated() where set >> flag & 1 == 1 {
                weights[set] += weight
            }
        }
        let count = UInt64(min(participation.count, validators.count))
        var numerator: UInt64 = 0
        for index in attesters {
            guard index < count else {
                throw TransitionError(function, "attester", expected: "below \(count)", got: "\(index)")
            }
            let before = participation[Int(index)]
            let new = flags & ~before
            if new == 0 { continue }
            participation[Int(index)] = before | new
            let effective =
                index < effectiveBalances.count
                ? effectiveBalances[Int(index)] : validators[Int(index)].effectiveBalance
            let reward = try (effective / increment).times(perIncrement, function)
            numerator = try numerator.plus(reward.times(weights[Int(new)], function), function)
        }
        return numerator
    }
}
