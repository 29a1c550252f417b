internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `get_matching_source_attestations`, `get_matching_target_attestations`, `get_matching_head_attestations`
    /// and `get_unslashed_attesting_indices` (phase0), of the previous epoch; of the current one the target.
    mutating func summarizeAttestations(_ summary: inout RegistrySummary) throws(TransitionError) {
        for attestation in state.previousEpochAttestations {
            let data = attestation.data
            var marks: RegistrySummary.Marks = .previousSource
            if data.target.root == (try getBlockRoot(previousEpoch)) {
                marks.insert(.previousTarget)
                if data.beaconBlockRoot == (try getBlockRootAtSlot(data.slot)) { marks.insert(.previousHead) }
            }
            for index in try getPendingAttestingIndices(attestation) { summary.add(marks, to: Int(index)) }
        }
        // Nothing asks for the votes of the first two epochs.
        guard currentEpoch > Constants.genesisEpoch + 1 else { return }
        for attestation in state.currentEpochAttestations
        where attestation.data.target.root == (try getBlockRoot(currentEpoch)) {
            for index in try getPendingAttestingIndices(attestation) {
                summary.add(.currentTarget, to: Int(index))
            }
        }
    }

    /// Spec: `get_pending_attesting_indices`.
    mutating func getPendingAttestingIndices(
        _ attestation: PendingAttestation
    ) throws(TransitionError) -> [ValidatorIndex] {
        let committee = try getBeaconCommittee(attestation.data.slot, attestation.data.index)
        let bits = attestation.aggregationBits
        try require(
            bits.count >= committee.count,
            "get_pending_attesting_indices",
            "aggregation_bits length",
            expected: "at least \(committee.count)",
            got: "\(bits.count)"
        )
        var attesting: [ValidatorIndex] = []
        attesting.reserveCapacity(committee.count)
        for (i, member) in committee.enumerated() where bits[i] { attesting.append(member) }
        return attesting
    }
}

extension RegistrySummary {
    /// Marks an unslashed validator and counts it where the mark is new.
    mutating func add(_ added: Marks, to index: Int) {
        guard index < count, !marks[index].contains(.slashed) else { return }
        let fresh = added.subtracting(marks[index])
        marks[index].formUnion(fresh)
        let effective = UInt128(effectiveBalances[index])
        for flag in 0..<3 where fresh.contains(.previous(flag)) { previousBalances[flag] &+= effective }
        if fresh.contains(.currentTarget) { currentTargetBalance &+= effective }
    }
}
