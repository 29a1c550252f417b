public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_beacon_attestation_gossip` (phase0 to deneb), of a vote with one bit.
    public func validateBeaconAttestation(
        _ attestation: Attestation,
        subnet: UInt64,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let data = attestation.data
        let bits = attestation.aggregationBits
        return judge(through: .deneb) { () throws(GossipRefusal) in
            try requireVotedBlock(data.beaconBlockRoot)
            var head = try head()
            try requireSubnet(data, data.index, subnet, &head)
            try require(bits.oneCount == 1, orReject: .attestationIsNotUnaggregated)
            let members = try committee(data, data.index, &head)
            try require(bits.count == members.count, orReject: .aggregationBitsLengthDoesNotMatchCommitteeSize)
            guard let position = bits.oneIndices.first else { throw .reject(.attestationIsNotUnaggregated) }
            let attester = members[members.startIndex + position]
            try requireNewVote(data, attester, seen)
            try requireVote(data, attester, attestation.signature, head)
            seen.attesterEpochs.insert(GossipSeen.Duty(time: data.target.epoch, validator: attester))
        }
    }

    /// Spec: `validate_beacon_attestation_gossip` (since electra).
    public func validateBeaconAttestation(
        _ attestation: SingleAttestation,
        subnet: UInt64,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let data = attestation.data
        let attester = attestation.attesterIndex
        return judge(since: .electra) { () throws(GossipRefusal) in
            try requireNewVote(data, attester, seen)
            if fork >= .gloas {
                try require(data.index <= 1, orReject: .attestationDataIndexMustBe0Or1)
            } else {
                try require(data.index == 0, orReject: .attestationDataIndexIsNonZero)
            }
            try requireVotedBlock(data.beaconBlockRoot)
            var head = try head()
            try requireSubnet(data, attestation.committeeIndex, subnet, &head)
            let members = try committee(data, attestation.committeeIndex, &head)
            try require(members.contains(attester), orReject: .attesterIsNotAMemberOfTheCommittee)
            try requireVote(data, attester, attestation.signature, head)
            seen.attesterEpochs.insert(GossipSeen.Duty(time: data.target.epoch, validator: attester))
        }
    }

    private func requireNewVote(
        _ data: AttestationData,
        _ attester: ValidatorIndex,
        _ seen: GossipSeen
    ) throws(GossipRefusal) {
        let duty = GossipSeen.Duty(time: data.target.epoch, validator: attester)
        try require(!seen.attesterEpochs.contains(duty), orIgnore: .alreadySeenAttestationForThisEpochAndValidator)
    }

    /// The committee is one of the slot's, the subnet is the committee's, and the time is right.
    private func requireSubnet(
        _ data: AttestationData,
        _ committee: CommitteeIndex,
        _ subnet: UInt64,
        _ head: inout Transition
    ) throws(GossipRefusal) {
        let count = try requireCommittee(committee, data.target.epoch, &head)
        // Spec: `compute_subnet_for_attestation`.
        let position = count * (data.slot % preset.slotsPerEpoch) + committee
        try require(position % config.attestationSubnetCount == subnet, orReject: .attestationIsForWrongSubnet)
        try requireTimelyVote(
            data,
            future: .attestationSlotIsFromAFutureSlot,
            otherEpoch: .attestationEpochIsNotCurrentOrPreviousEpoch
        )
    }

    private func requireVote(
        _ data: AttestationData,
        _ attester: ValidatorIndex,
        _ signature: BLSSignature,
        _ head: Transition
    ) throws(GossipRefusal) {
        try requireVoteSignature(data, by: [attester], signature, head, orReject: .invalidAttestationSignature)
        try requireVoteAncestry(data)
        try requirePayloadStatus(data)
    }
}
