public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_execution_payload_bid_gossip` (gloas).
    public func validateExecutionPayloadBid(
        _ signed: SignedExecutionPayloadBid,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let bid = signed.message
        let best = GossipSeen.Bid(
            slot: bid.slot,
            parentBlockHash: bid.parentBlockHash,
            parentBlockRoot: bid.parentBlockRoot
        )
        var own = best
        own.builder = bid.builderIndex
        return judge(since: .gloas) { () throws(GossipRefusal) in
            try require(!seen.bids.contains(own), orIgnore: .alreadySeenValidBidForThisSlotParentAndBuilder)
            if let value = seen.bestBids[best] {
                try require(bid.value > value, orIgnore: .bidIsNotTheHighestValueBidSeenForThisSlotAndParent)
            }
            try requireForm(of: bid)
            let parent = try requireParent(of: bid)
            try requirePreferences(bid, seen)
            try require(isCompatibleWithHead(bid), orIgnore: .bidIsNotCompatibleWithTheCurrentHeadBranch)
            let mix = transition(parent).getRandaoMix(epoch(of: parent.slot))
            try require(bid.prevRandao == mix, orReject: .bidsPreviousRandaoIsIncorrect)
            try requireBuilder(signed, after: parent)
            seen.bids.insert(own)
            seen.bestBids[best] = bid.value
        }
    }

    /// What the bid itself and the clock tell.
    private func requireForm(of bid: ExecutionPayloadBid) throws(GossipRefusal) {
        // Spec: `is_current_or_next_slot`.
        let isSoon = isCurrentSlot(bid.slot) || (bid.slot > 0 && isCurrentSlot(bid.slot - 1))
        try require(isSoon, orIgnore: .bidsSlotIsNotTheCurrentOrNextSlot)
        try require(bid.executionPayment == 0, orReject: .bidsExecutionPaymentMustBeZero)
        try require(bid.blockHash != bid.parentBlockHash, orReject: .bidsBlockHashEqualsItsParentBlockHash)
        try require(
            UInt64(bid.blobKzgCommitments.count) <= spec.maxBlobsPerBlock(fork, epoch(of: bid.slot)),
            orReject: .tooManyBlobKzgCommitments
        )
    }

    /// The state after the parent, which must be near enough to know the slot's proposer.
    private func requireParent(of bid: ExecutionPayloadBid) throws(GossipRefusal) -> BeaconState {
        guard let parent = chain.block(bid.parentBlockRoot) else {
            throw .ignore(.bidsParentBlockRootIsNotAKnownBeaconBlock)
        }
        try require(bid.slot > parent.slot, orReject: .bidsSlotIsNotHigherThanItsParentsSlot)
        guard let state = chain.state(after: bid.parentBlockRoot) else {
            throw .ignore(.bidsParentBlockPostStateIsUnavailable)
        }
        try require(
            epoch(of: bid.slot) <= epoch(of: state.slot) + preset.minSeedLookahead,
            orIgnore: .bidsSlotIsPastTheParentsProposerLookahead
        )
        return state
    }

    /// The bid is what the proposer asked for.
    private func requirePreferences(_ bid: ExecutionPayloadBid, _ seen: GossipSeen) throws(GossipRefusal) {
        guard let root = shufflingDependentRoot(bid.parentBlockRoot, epoch(of: bid.slot)),
            let wanted = seen.proposerPreferences[GossipSeen.Part(root: root, index: 0, slot: bid.slot)]
        else { throw .ignore(.matchingProposerPreferencesHaveNotBeenSeen) }
        try require(
            bid.feeRecipient == wanted.feeRecipient,
            orIgnore: .bidsFeeRecipientDoesNotMatchTheProposersPreference
        )
        guard let parentLimit = seen.payloadGasLimits[bid.parentBlockHash] else {
            throw .ignore(.bidsParentBlockHashIsNotAKnownExecutionPayload)
        }
        // Spec: `is_gas_limit_target_compatible`.
        let step = max(parentLimit / 1024, 1) - 1
        let (highest, over) = parentLimit.addingReportingOverflow(step)
        let reachable = min(max(wanted.targetGasLimit, parentLimit - step), over ? .max : highest)
        try require(bid.gasLimit == reachable, orIgnore: .bidsGasLimitIsNotCompatibleWithTheProposersTarget)
    }

    /// Spec: `is_bid_compatible_with_head`.
    private func isCompatibleWithHead(_ bid: ExecutionPayloadBid) -> Bool {
        guard let head = chain.block(chain.headRoot), let headBid = head.bid else { return false }
        let buildsOnParentPayload = bid.parentBlockHash == headBid.parentBlockHash
        if bid.parentBlockRoot == head.parentRoot, buildsOnParentPayload { return true }
        guard bid.parentBlockRoot == chain.headRoot else { return false }
        return chain.shouldBuildOnFull(at: bid.slot)
            ? bid.parentBlockHash == headBid.blockHash : buildsOnParentPayload
    }

    /// The builder is one, can pay, has seen the inclusion lists, and signed.
    private func requireBuilder(
        _ signed: SignedExecutionPayloadBid,
        after parent: BeaconState
    ) throws(GossipRefusal) {
        let bid = signed.message
        var state: Transition
        do throws(TransitionError) {
            state = try advance(parent, after: bid.parentBlockRoot, to: bid.slot)
        } catch {
            throw .ignore(.shufflingIsNotAvailable)
        }
        let index = bid.builderIndex
        try require(index < UInt64(state.state.builders.count), orReject: .builderIndexOutOfRange)
        let builder = state.state.builders[Int(index)]
        try require(builder.version == Constants.payloadBuilderVersion, orReject: .builderIsNotAPayloadBuilder)
        try require((try? state.isActiveBuilder(index)) == true, orReject: .builderIsNotActive)
        try require((try? state.canBuilderCoverBid(index, bid.value)) == true, orIgnore: .builderCannotCoverBidValue)
        if bid.parentBlockHash == state.state.latestExecutionPayloadBid.blockHash {
            let exits = chain.payload(of: bid.parentBlockRoot)?.executionRequests.builderExits ?? []
            let leaves = exits.contains {
                $0.pubkey == builder.pubkey && $0.sourceAddress == builder.executionAddress
            }
            try require(!leaves, orIgnore: .builderMayExit)
        }
        if fork >= .heze { try requireInclusive(bid, &state) }
        try require(
            isSigned(
                bid.hashTreeRoot(in: context),
                by: [builder.pubkey],
                state.getDomain(.beaconBuilder),
                signed.signature
            ),
            orReject: .invalidBidSignature
        )
    }

    /// The bid has a bit for everyone whose inclusion list was seen in time (heze).
    ///
    /// Spec: `is_inclusion_list_bits_inclusive`.
    private func requireInclusive(
        _ bid: ExecutionPayloadBid,
        _ state: inout Transition
    ) throws(GossipRefusal) {
        let slot = bid.slot - 1
        guard let root = shufflingDependentRoot(bid.parentBlockRoot, epoch(of: slot)) else {
            throw .ignore(.shufflingIsNotAvailable)
        }
        let includers = chain.timelyIncluders(at: slot, dependentRoot: root)
        let committee = try inclusionListCommittee(slot, &state)
        let isInclusive = committee.indices.allSatisfy { position in
            let hasBit = position < bid.inclusionListBits.count && bid.inclusionListBits[position]
            return hasBit || !includers.contains(committee[position])
        }
        try require(isInclusive, orIgnore: .bidsInclusionListBitsIsNotInclusive)
    }
}
