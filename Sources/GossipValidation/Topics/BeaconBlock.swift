public import ConsensusTypes
internal import Hashing
internal import SSZ
public import StateTransition

extension GossipJudge {
    private var blockRules: HeaderRules {
        HeaderRules(
            fromTheFuture: .blockIsFromAFutureSlot,
            notAfterFinalized: .blockIsNotFromASlotGreaterThanTheLatestFinalizedSlot,
            parentNotSeen: .blocksParentHasNotBeenSeen,
            parentFailed: .blocksParentIsInvalid,
            badSignature: .invalidProposerSignature,
            notAfterParent: .blockIsNotFromAHigherSlotThanItsParent,
            notOfFinalized: .finalizedCheckpointIsNotAnAncestorOfBlock,
            wrongProposer: .blockProposerIndexDoesNotMatchExpectedProposer
        )
    }

    /// Spec: `validate_beacon_block_gossip`.
    ///
    /// - Parameters:
    ///   - signatures: `.trust` where the proposer's signature was verified before.
    public func validateBeaconBlock(
        _ signed: SignedBeaconBlock,
        signatures: SignaturePolicy = .verifyEach,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let block = signed.message
        let rules = blockRules
        let duty = GossipSeen.Duty(time: block.slot, validator: block.proposerIndex)
        return judge { () throws(GossipRefusal) in
            try require(
                !seen.proposerSlots.contains(duty),
                orIgnore: .blockIsNotTheFirstValidBlockForThisSlotAndProposer
            )
            try requireTimely(block.slot, rules)
            let payloadStatus = chain.payloadStatus(of: block.parentRoot)
            let carriesPayload = fork >= .bellatrix && fork < .gloas
            if carriesPayload { try requireNoFailedPayload(block, payloadStatus) }
            if fork >= .gloas { try requireLimits(of: block.body) }
            let (parent, parentState) = try requireParent(block.parentRoot, rules)
            if carriesPayload, fork > .bellatrix { try requireParentPayload(payloadStatus) }
            try requireProposerSignature(
                of: block.proposerIndex,
                at: block.slot,
                signed.signature,
                signatures,
                rules
            ) { block.hashTreeRoot(in: context) }
            if carriesPayload { try requirePayloadTimestamp(block, payloadStatus) }
            if fork >= .gloas, isFull(parent, under: block) {
                try require(chain.isPayloadVerified(block.parentRoot), orIgnore: .parentPayloadIsNotVerified)
            }
            try requireDescent(block.slot, block.parentRoot, parent, rules)
            if fork >= .deneb { try requireBlobLimit(block) }
            try requireExpectedProposer(
                block.proposerIndex,
                at: block.slot,
                after: block.parentRoot,
                parentState,
                rules
            )
            if fork >= .gloas, !isFull(parent, under: block) { try requireExecutionHead(block, parentState) }
            seen.proposerSlots.insert(duty)
        }
    }

    /// A block commits to no more blobs than its epoch allows, and its bid builds where it does (gloas).
    private func requireBlobLimit(_ block: BeaconBlock) throws(GossipRefusal) {
        let bid = block.body.signedExecutionPayloadBid.message
        let commitments = fork >= .gloas ? bid.blobKzgCommitments : block.body.blobKzgCommitments
        try require(
            UInt64(commitments.count) <= spec.maxBlobsPerBlock(fork, epoch(of: block.slot)),
            orReject: .tooManyBlobKzgCommitments
        )
        guard fork >= .gloas else { return }
        try require(bid.parentBlockRoot == block.parentRoot, orReject: .bidsParentDoesNotEqualBlocksParent)
    }

    /// Spec: `is_parent_node_full` (gloas); a parent of an earlier fork has no bid, its payload is its own.
    private func isFull(_ parent: SeenBlock, under block: BeaconBlock) -> Bool {
        parent.bid?.blockHash == block.body.signedExecutionPayloadBid.message.parentBlockHash
    }

    /// On a parent without payload a bid builds on the last payload there was (gloas).
    private func requireExecutionHead(_ block: BeaconBlock, _ parent: BeaconState) throws(GossipRefusal) {
        let last =
            parent.forkName >= .gloas ? parent.latestBlockHash : parent.latestExecutionPayloadHeader.blockHash
        try require(
            block.body.signedExecutionPayloadBid.message.parentBlockHash == last,
            orReject: .bidDoesNotBuildOnTheParentsExecutionHead
        )
    }

    /// Tells apart why a parent has no state: by the consensus rules alone it is the sender's fault, not so where an
    /// engine has spoken (bellatrix).
    private func requireNoFailedPayload(
        _ block: BeaconBlock,
        _ status: PayloadValidationStatus
    ) throws(GossipRefusal) {
        guard chain.block(block.parentRoot) != nil, chain.state(after: block.parentRoot) == nil else { return }
        if fork == .bellatrix, try !isExecutionEnabled(block, in: chain.justifiedCheckpoint.root) {
            throw .reject(.blocksParentIsInvalidAndExecutionIsNotEnabled)
        }
        try require(status != .notValidated, orReject: .blocksParentIsInvalidAndItsPayloadIsOptimistic)
        throw .ignore(.blocksParentIsInvalidAndItsPayloadIsProcessed)
    }

    private func requireParentPayload(_ status: PayloadValidationStatus) throws(GossipRefusal) {
        try require(status != .invalidated, orIgnore: .blocksParentIsValidAndItsPayloadIsInvalid)
    }

    private func requirePayloadTimestamp(
        _ block: BeaconBlock,
        _ status: PayloadValidationStatus
    ) throws(GossipRefusal) {
        if fork == .bellatrix, try !isExecutionEnabled(block, in: chain.headRoot) { return }
        let genesis = try head().state.genesisTime
        let (since, over) = block.slot.multipliedReportingOverflow(by: config.slotDurationMs)
        let (time, past) = genesis.addingReportingOverflow(since / 1000)
        try require(
            !over && !past && block.body.executionPayload.timestamp == time,
            orReject: .incorrectExecutionPayloadTimestamp
        )
        if fork == .bellatrix { try requireParentPayload(status) }
    }

    /// Spec: `is_execution_enabled`, by the state after a block.
    private func isExecutionEnabled(_ block: BeaconBlock, in root: Root) throws(GossipRefusal) -> Bool {
        guard let state = chain.state(after: root) else { throw .ignore(.headStateIsNotAvailable) }
        return transition(state).isExecutionEnabled(block.body)
    }
}
