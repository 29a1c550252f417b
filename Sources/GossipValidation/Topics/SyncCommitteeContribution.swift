public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// One in how many members of a subnet is drawn to aggregate, times the size of the subnet.
    private static let targetAggregatorsPerSyncSubcommittee: UInt64 = 16

    /// Spec: `validate_sync_committee_contribution_and_proof_gossip` (altair).
    public func validateSyncCommitteeContribution(
        _ signed: SignedContributionAndProof,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let proof = signed.message
        let contribution = proof.contribution
        let bits = contribution.aggregationBits.bytes
        let subcommittee = contribution.subcommitteeIndex
        let duty = GossipSeen.Duty(time: contribution.slot, validator: proof.aggregatorIndex, index: subcommittee)
        let vote = GossipSeen.Part(root: contribution.beaconBlockRoot, index: subcommittee, slot: contribution.slot)
        return judge(since: .altair) { () throws(GossipRefusal) in
            let seenBits = seen.contributionBits[vote] ?? SeenBits()
            try require(!seenBits.cover(bits), orIgnore: .alreadySeenContributionForThisData)
            try require(!seen.contributors.contains(duty), orIgnore: .alreadySeenContributionFromThisAggregator)
            try require(isCurrentSlot(contribution.slot), orIgnore: .contributionIsNotForTheCurrentSlot)
            try require(subcommittee < Constants.syncCommitteeSubnetCount, orReject: .subcommitteeIndexOutOfRange)
            try require(contribution.aggregationBits.oneCount > 0, orReject: .contributionHasNoParticipants)
            // Spec: `is_sync_committee_aggregator`.
            let chances = UInt64(syncSubcommitteeSize) / Self.targetAggregatorsPerSyncSubcommittee
            try require(
                isDrawn(by: proof.selectionProof, oneIn: chances),
                orReject: .validatorIsNotSelectedAsAggregator
            )
            try requireContributionSignatures(signed)
            seen.contributors.insert(duty)
            var bitsOfVote = seenBits
            bitsOfVote.insert(bits, limit: seen.limits.aggregates)
            seen.contributionBits[vote] = bitsOfVote
        }
    }

    /// The aggregator belongs to the subcommittee, and everyone signed what they should.
    private func requireContributionSignatures(_ signed: SignedContributionAndProof) throws(GossipRefusal) {
        let proof = signed.message
        let contribution = proof.contribution
        let head = try head()
        let aggregator = try validator(
            proof.aggregatorIndex,
            of: head.state,
            orReject: .aggregatorIndexOutOfRange
        )
        let members = syncSubcommittee(contribution.subcommitteeIndex, of: head.state)
        try require(members.contains(aggregator.pubkey), orReject: .aggregatorIsNotAMemberOfTheCommittee)
        let epoch = epoch(of: contribution.slot)
        let draw = SyncAggregatorSelectionData(
            slot: contribution.slot,
            subcommitteeIndex: contribution.subcommitteeIndex
        )
        try requireSignatures(
            of: aggregator,
            draw: (draw, .syncCommitteeSelectionProof, proof.selectionProof),
            proof: (proof, .contributionAndProof, signed.signature),
            epoch,
            head
        )
        let participants = zip(members, 0..<contribution.aggregationBits.count).filter {
            contribution.aggregationBits[$0.1]
        }
        try require(
            isSigned(
                contribution.beaconBlockRoot,
                by: participants.map(\.0),
                domain(.syncCommittee, epoch, head),
                contribution.signature
            ),
            orReject: .invalidAggregateSignature
        )
    }

    /// Spec: `get_sync_subcommittee_pubkeys`, of a subcommittee that there is.
    private func syncSubcommittee(_ index: UInt64, of head: BeaconState) -> [BLSPubkey] {
        Array(signingSyncCommittee(head).dropFirst(Int(index) * syncSubcommitteeSize).prefix(syncSubcommitteeSize))
    }
}
