internal import BLS
internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension BlockMaker {
    /// The payload of a block of a fork before gloas.
    mutating func payload() throws(TransitionError) -> ExecutionPayload {
        let parent = transition.state.latestExecutionPayloadHeader
        var payload = try filledPayload(gasLimit: parent.gasLimit)
        payload.parentHash = parent.blockHash
        payload.prevRandao = transition.getRandaoMix(transition.currentEpoch)
        payload.blockNumber = parent.blockNumber + 1
        payload.blockHash = chance.root()
        payload.withdrawals = try transition.getExpectedWithdrawals().withdrawals
        return payload
    }

    private mutating func filledPayload(gasLimit: UInt64) throws(TransitionError) -> ExecutionPayload {
        var payload = ExecutionPayload()
        payload.stateRoot = chance.root()
        payload.receiptsRoot = chance.root()
        payload.logsBloom = chance.bytes(Int(clamping: preset.bytesPerLogsBloom))
        payload.gasLimit = gasLimit
        payload.gasUsed = gasLimit / 2
        payload.timestamp = try transition.computeTimeAtSlot(slot)
        var left = parameters.payloadBytes
        while left > 0 {
            let size = min(left, 120 + Int(chance.next() % 512))
            payload.transactions.append(chance.bytes(size))
            left -= size
        }
        return payload
    }

    // MARK: Payloads apart from their blocks (gloas)

    /// What the builder of this block's payload promises; without a builder who can, the proposer builds it.
    mutating func bid(
        _ requests: ExecutionRequests,
        _ commitments: [KZGCommitment]
    ) throws(TransitionError) -> SignedExecutionPayloadBid {
        let state = transition.state
        let parent = state.latestExecutionPayloadBid
        var bid = ExecutionPayloadBid()
        bid.parentBlockHash = tip.payload == .withheld ? state.latestBlockHash : parent.blockHash
        bid.parentBlockRoot = state.latestBlockHeader.hashTreeRoot(in: .invariant)
        bid.blockHash = chance.root()
        bid.prevRandao = transition.getRandaoMix(transition.currentEpoch)
        bid.feeRecipient = Roles.executionAddress(slot)
        bid.gasLimit = parent.gasLimit
        bid.builderIndex = Constants.builderIndexSelfBuild
        bid.slot = slot
        bid.blobKzgCommitments = commitments
        bid.executionRequestsRoot = requests.hashTreeRoot(in: transition.context)
        bid.inclusionListBits = Bitvector(count: Int(clamping: preset.inclusionListCommitteeSize))
        // The last builder leaves some time.
        let builders = min(state.builders.count, max(1, parameters.builders - 1))
        let value = 10_000_000 + chance.next() % 90_000_000
        guard builders > 0, chance.happens(0.5) else {
            return SignedExecutionPayloadBid(message: bid, signature: Signature.infinity.compressed)
        }
        let builder = chance.next() % UInt64(builders)
        guard try transition.isActiveBuilder(builder), try transition.canBuilderCoverBid(builder, value) else {
            return SignedExecutionPayloadBid(message: bid, signature: Signature.infinity.compressed)
        }
        bid.builderIndex = builder
        bid.value = value
        let message = transition.computeSigningRoot(bid, transition.getDomain(.beaconBuilder))
        return SignedExecutionPayloadBid(
            message: bid,
            signature: keys.sign(message, by: Signers(Roles.builderKey(builder)))
        )
    }

    /// The payload that the block's bid promised; the transition has the block behind it.
    mutating func envelope(
        of block: BeaconBlock,
        root: Root,
        _ requests: ExecutionRequests
    ) throws(TransitionError) -> SignedExecutionPayloadEnvelope {
        let state = transition.state
        let bid = block.body.signedExecutionPayloadBid.message
        var payload = try filledPayload(gasLimit: bid.gasLimit)
        payload.parentHash = state.latestBlockHash
        payload.feeRecipient = bid.feeRecipient
        payload.prevRandao = bid.prevRandao
        payload.blockNumber = block.slot
        payload.blockHash = bid.blockHash
        payload.withdrawals = state.payloadExpectedWithdrawals
        payload.slotNumber = block.slot
        let envelope = ExecutionPayloadEnvelope(
            payload: payload,
            executionRequests: requests,
            builderIndex: bid.builderIndex,
            beaconBlockRoot: root,
            parentBeaconBlockRoot: block.parentRoot
        )
        let isOwn = bid.builderIndex == Constants.builderIndexSelfBuild
        let signer = isOwn ? block.proposerIndex : Roles.builderKey(bid.builderIndex)
        let message = transition.computeSigningRoot(envelope, transition.getDomain(.beaconBuilder))
        return SignedExecutionPayloadEnvelope(message: envelope, signature: keys.sign(message, by: Signers(signer)))
    }
}
