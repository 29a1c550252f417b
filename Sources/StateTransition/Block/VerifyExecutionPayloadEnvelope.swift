public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `verify_execution_payload_envelope` (gloas): whether an envelope holds what the block's bid promised.
    ///
    /// The state is the post-state of the block, and stays as it is. With signatures collected, the envelope is valid
    /// only once the claims of `signatures` are verified too.
    public mutating func verifyExecutionPayloadEnvelope(
        _ signed: SignedExecutionPayloadEnvelope
    ) throws(TransitionError) {
        let function = "verify_execution_payload_envelope"
        let envelope = signed.message
        let payload = envelope.payload
        try verifyExecutionPayloadEnvelopeSignature(signed)

        var header = state.latestBlockHeader
        header.stateRoot = state.hashTreeRoot(in: context)
        try requireEqual(envelope.beaconBlockRoot, header.hashTreeRoot(in: context), function, "beacon_block_root")
        try requireEqual(envelope.parentBeaconBlockRoot, header.parentRoot, function, "parent_beacon_block_root")

        let bid = state.latestExecutionPayloadBid
        try requireEqual(envelope.builderIndex, bid.builderIndex, function, "builder_index")
        try requireEqual(payload.prevRandao, bid.prevRandao, function, "prev_randao")
        try requireEqual(payload.gasLimit, bid.gasLimit, function, "gas_limit")
        try requireEqual(payload.blockHash, bid.blockHash, function, "block_hash")
        try requireEqual(
            envelope.executionRequests.hashTreeRoot(in: context),
            bid.executionRequestsRoot,
            function,
            "execution_requests root"
        )

        try requireEqual(payload.slotNumber, state.slot, function, "slot_number")
        try requireEqual(payload.parentHash, state.latestBlockHash, function, "parent_hash")
        try requireEqual(payload.timestamp, computeTimeAtSlot(state.slot), function, "timestamp")
        try requireWithdrawals(payload.withdrawals, state.payloadExpectedWithdrawals, function)

        var request = NewPayloadRequest()
        request.executionPayload = payload
        request.versionedHashes = bid.blobKzgCommitments.map(kzgCommitmentToVersionedHash)
        request.parentBeaconBlockRoot = envelope.parentBeaconBlockRoot
        request.executionRequests = envelope.executionRequests
        guard engine.verifyAndNotifyNewPayload(request) else {
            throw TransitionError(function, "payload", expected: "valid", got: "invalid by the engine", kind: .payload)
        }
    }

    /// Spec: `verify_execution_payload_envelope_signature` (gloas), by the ledger's policy.
    public mutating func verifyExecutionPayloadEnvelopeSignature(
        _ signed: SignedExecutionPayloadEnvelope
    ) throws(TransitionError) {
        let function = "verify_execution_payload_envelope_signature"
        let index = signed.message.builderIndex
        let pubkey =
            index == Constants.builderIndexSelfBuild
            ? try validator(state.latestBlockHeader.proposerIndex, function).pubkey
            : try builder(index, function).pubkey
        try claim(
            function,
            by: [pubkey],
            computeSigningRoot(signed.message, getDomain(.beaconBuilder)),
            signed.signature
        )
    }
}
