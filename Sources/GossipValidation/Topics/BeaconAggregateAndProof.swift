public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_beacon_aggregate_and_proof_gossip`.
    public func validateBeaconAggregateAndProof(
        _ signed: SignedAggregateAndProof,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let proof = signed.message
        let (data, bits) = (proof.aggregate.data, proof.aggregate.aggregationBits)
        let duty = GossipSeen.Duty(time: data.target.epoch, validator: proof.aggregatorIndex)
        return judge { () throws(GossipRefusal) in
            let index = try committeeIndex(of: proof.aggregate)
            let vote = GossipSeen.Part(root: data.hashTreeRoot(in: context), index: index)
            let seenBits = seen.aggregateBits[vote] ?? SeenBits()
            try require(!seenBits.cover(bits.bytes), orIgnore: .alreadySeenAggregateForThisData)
            try require(
                !seen.aggregatorEpochs.contains(duty),
                orIgnore: .alreadySeenAggregateForThisEpochAndAggregator
            )
            try requireVotedBlock(data.beaconBlockRoot)
            var head = try head()
            _ = try requireCommittee(index, data.target.epoch, &head)
            try requireTimelyVote(
                data,
                future: .aggregateSlotIsFromAFutureSlot,
                otherEpoch: .aggregateEpochIsNotCurrentOrPreviousEpoch
            )
            let members = try committee(data, index, &head)
            try require(bits.count == members.count, orReject: .aggregationBitsLengthDoesNotMatchCommitteeSize)
            try require(bits.oneCount > 0, orReject: .aggregateHasNoParticipants)
            try requireAggregator(signed, among: members, head)
            try requireVoteSignature(
                data,
                by: bits.oneIndices.map { members[members.startIndex + $0] },
                proof.aggregate.signature,
                head,
                orReject: .invalidAggregateSignature
            )
            try requireVoteAncestry(data)
            try requirePayloadStatus(data)
            seen.aggregatorEpochs.insert(duty)
            var bitsOfVote = seenBits
            bitsOfVote.insert(bits.bytes, limit: seen.limits.aggregates)
            seen.aggregateBits[vote] = bitsOfVote
        }
    }

    /// The one committee that the aggregate speaks for.
    private func committeeIndex(of aggregate: Attestation) throws(GossipRefusal) -> CommitteeIndex {
        guard fork >= .electra else { return aggregate.data.index }
        if fork >= .gloas {
            try require(aggregate.data.index <= 1, orReject: .aggregateDataIndexMustBe0Or1)
        } else {
            try require(aggregate.data.index == 0, orReject: .aggregateDataIndexIsNonZero)
        }
        let chosen = aggregate.committeeBits.oneIndices
        guard chosen.count == 1, let index = chosen.first else {
            throw .reject(.aggregateCommitteeBitsMustSpecifyExactlyOneCommittee)
        }
        return CommitteeIndex(index)
    }

    /// The aggregator was drawn, belongs to the committee, and signed both the draw and the aggregate.
    private func requireAggregator(
        _ signed: SignedAggregateAndProof,
        among members: ArraySlice<ValidatorIndex>,
        _ head: Transition
    ) throws(GossipRefusal) {
        let proof = signed.message
        let data = proof.aggregate.data
        // Spec: `is_aggregator`.
        try require(
            isDrawn(by: proof.selectionProof, oneIn: UInt64(members.count) / Constants.targetAggregatorsPerCommittee),
            orReject: .validatorIsNotSelectedAsAggregator
        )
        try require(members.contains(proof.aggregatorIndex), orReject: .aggregatorIsNotAMemberOfTheCommittee)
        let aggregator = try validator(
            proof.aggregatorIndex,
            of: head.state,
            orReject: .aggregatorIsNotAMemberOfTheCommittee
        )
        try requireSignatures(
            of: aggregator,
            draw: (data.slot, .selectionProof, proof.selectionProof),
            proof: (proof, .aggregateAndProof, signed.signature),
            data.target.epoch,
            head
        )
    }
}
