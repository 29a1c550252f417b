public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_execution_payload_bid` (gloas).
    public mutating func processExecutionPayloadBid(
        _ signed: SignedExecutionPayloadBid
    ) throws(TransitionError) {
        let function = "process_execution_payload_bid"
        let bid = signed.message
        let epoch = currentEpoch
        if bid.builderIndex == Constants.builderIndexSelfBuild {
            try requireEqual(bid.value, 0, function, "value of the proposer's own bid")
            try requireEqual(signed.signature, .infinity, function, "signature of the proposer's own bid")
        } else {
            try requireBidder(signed, function)
        }
        try requireAtMost(
            spec.maxBlobsPerBlock(fork, epoch),
            bid.blobKzgCommitments.count,
            function,
            "blob_kzg_commitments count"
        )
        try requireEqual(bid.slot, state.slot, function, "slot")
        try require(
            state.slot > Constants.genesisSlot,
            function,
            "slot",
            expected: "above \(Constants.genesisSlot)",
            got: "\(state.slot)"
        )
        try requireEqual(bid.parentBlockHash, state.latestBlockHash, function, "parent_block_hash")
        try require(
            bid.blockHash != bid.parentBlockHash,
            function,
            "block_hash",
            expected: "another than the parent's",
            got: "\(bid.blockHash)"
        )
        try requireEqual(bid.parentBlockRoot, getBlockRootAtSlot(state.slot - 1), function, "parent_block_root")
        try requireEqual(bid.prevRandao, getRandaoMix(epoch), function, "prev_randao")

        if bid.value > 0 {
            let position = Int(preset.slotsPerEpoch + bid.slot % preset.slotsPerEpoch)
            try requirePosition(position, in: state.builderPendingPayments.count, function, "builder_pending_payments")
            state.builderPendingPayments[position] = BuilderPendingPayment(
                weight: 0,
                withdrawal: BuilderPendingWithdrawal(
                    feeRecipient: bid.feeRecipient,
                    amount: bid.value,
                    builderIndex: bid.builderIndex
                ),
                proposerIndex: try getBeaconProposerIndex()
            )
        }
        state.latestExecutionPayloadBid = bid
    }

    /// Throws unless the bid is that of an active builder of payloads who can pay it.
    private mutating func requireBidder(
        _ signed: SignedExecutionPayloadBid,
        _ function: String
    ) throws(TransitionError) {
        let index = signed.message.builderIndex
        let builder = try builder(index, function)
        try require(
            try isActiveBuilder(index),
            function,
            "builder \(index)",
            expected: "active",
            got: "deposited in epoch \(builder.depositEpoch), withdrawable from \(builder.withdrawableEpoch)"
        )
        try requireEqual(builder.version, Constants.payloadBuilderVersion, function, "version of builder \(index)")
        try require(
            try canBuilderCoverBid(index, signed.message.value),
            function,
            "balance of builder \(index)",
            expected: "enough for \(signed.message.value) more",
            got: "\(builder.balance)"
        )
        try verifyExecutionPayloadBidSignature(signed)
    }

    /// Spec: `verify_execution_payload_bid_signature` (gloas), by the ledger's policy.
    public mutating func verifyExecutionPayloadBidSignature(
        _ signed: SignedExecutionPayloadBid
    ) throws(TransitionError) {
        let function = "verify_execution_payload_bid_signature"
        try claim(
            function,
            by: [builder(signed.message.builderIndex, function).pubkey],
            computeSigningRoot(signed.message, getDomain(.beaconBuilder)),
            signed.signature
        )
    }
}
