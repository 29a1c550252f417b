public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_payload_attestation_message_gossip` (gloas).
    public func validatePayloadAttestationMessage(
        _ message: PayloadAttestationMessage,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let data = message.data
        let duty = GossipSeen.Duty(time: data.slot, validator: message.validatorIndex)
        return judge(since: .gloas) { () throws(GossipRefusal) in
            let epoch = epoch(of: data.slot)
            try require(epoch >= config.gloasForkEpoch, orReject: .payloadAttestationsSlotIsPreGloas)
            try require(
                !seen.payloadAttesters.contains(duty),
                orIgnore: .alreadySeenPayloadAttestationFromThisValidator
            )
            try require(isCurrentSlot(data.slot), orIgnore: .payloadAttestationIsNotForTheCurrentSlot)
            guard let block = chain.block(data.beaconBlockRoot) else {
                throw .ignore(.payloadAttestationsBlockHasNotBeenSeen)
            }
            try require(
                chain.state(after: data.beaconBlockRoot) != nil,
                orReject: .payloadAttestationsBlockFailedValidation
            )
            try require(block.slot == data.slot, orIgnore: .payloadAttestationsBlockIsNotAtTheAssignedSlot)
            let head = try head()
            let attester = try validator(message.validatorIndex, of: head.state, orReject: .validatorIndexOutOfRange)
            let committee: [ValidatorIndex]
            do throws(TransitionError) {
                committee = try head.getPtc(data.slot)
            } catch {
                throw .ignore(.shufflingIsNotAvailable)
            }
            try require(
                committee.contains(message.validatorIndex),
                orReject: .validatorIsNotInThePayloadTimelinessCommittee
            )
            try require(
                isSigned(data, by: attester, of: head.state, domain(.ptcAttester, epoch, head), message.signature),
                orReject: .invalidPayloadAttestationSignature
            )
            seen.payloadAttesters.insert(duty)
        }
    }
}
