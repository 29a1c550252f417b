public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_attester_slashing_gossip`.
    public func validateAttesterSlashing(_ slashing: AttesterSlashing, seen: inout GossipSeen) -> GossipVerdict {
        let (first, second) = (slashing.attestation1, slashing.attestation2)
        let both = Set(first.attestingIndices).intersection(second.attestingIndices)
        return judge { () throws(GossipRefusal) in
            try require(
                both.contains { !seen.attesterSlashings.contains($0) },
                orIgnore: .allAttesterSlashingIndicesAlreadySeen
            )
            try require(isSlashableAttestationData(first.data, second.data), orReject: .attestationDataIsNotSlashable)
            var head = try head()
            try requireValid(
                first,
                &head,
                outOfRange: .validatorIndexOutOfRangeInIndexedAttestation1,
                invalid: .invalidIndexedAttestation1
            )
            try requireValid(
                second,
                &head,
                outOfRange: .validatorIndexOutOfRangeInIndexedAttestation2,
                invalid: .invalidIndexedAttestation2
            )
            // Both lists were found to be within the registry.
            let slashable = both.contains { head.state.validators[Int($0)].isSlashable(head.currentEpoch) }
            try require(slashable, orReject: .noSlashableValidatorsInIntersection)
            for index in both { seen.attesterSlashings.insert(index) }
        }
    }

    /// Spec: `is_valid_indexed_attestation`.
    private func requireValid(
        _ attestation: IndexedAttestation,
        _ head: inout Transition,
        outOfRange: GossipRule,
        invalid: GossipRule
    ) throws(GossipRefusal) {
        let count = UInt64(head.state.validators.count)
        try require(attestation.attestingIndices.allSatisfy { $0 < count }, orReject: outOfRange)
        do throws(TransitionError) {
            try head.requireValidIndexedAttestation(attestation)
        } catch {
            throw .reject(invalid)
        }
    }
}
