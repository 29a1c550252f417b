internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `upgrade_to_altair`.
    mutating func upgradeToAltair() throws(TransitionError) {
        let attestations = state.previousEpochAttestations
        enter(.altair)
        state.previousEpochAttestations = []
        state.currentEpochAttestations = []
        let count = state.validators.count
        state.previousEpochParticipation.replaceAll(with: repeatElement(0, count: count))
        state.currentEpochParticipation.replaceAll(with: repeatElement(0, count: count))
        state.inactivityScores.replaceAll(with: repeatElement(0, count: count))
        try translateParticipation(attestations)
        state.currentSyncCommittee = try getNextSyncCommittee()
        state.nextSyncCommittee = state.currentSyncCommittee
    }

    /// Spec: `translate_participation`.
    private mutating func translateParticipation(
        _ attestations: [PendingAttestation]
    ) throws(TransitionError) {
        for attestation in attestations {
            let flags = try getAttestationParticipationFlags(attestation.data, attestation.inclusionDelay)
            // Attesters stand in a committee, which is made of validators: their index is below the registry's count.
            for index in try getPendingAttestingIndices(attestation) {
                state.previousEpochParticipation[Int(index)] |= flags
            }
        }
    }
}
