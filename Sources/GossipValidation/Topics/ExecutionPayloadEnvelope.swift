public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_execution_payload_envelope_gossip` (gloas).
    public func validateExecutionPayloadEnvelope(
        _ signed: SignedExecutionPayloadEnvelope,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let envelope = signed.message
        let (payload, root) = (envelope.payload, envelope.beaconBlockRoot)
        let part = GossipSeen.Part(root: root, index: envelope.builderIndex)
        return judge(since: .gloas) { () throws(GossipRefusal) in
            try require(
                !seen.payloadEnvelopes.contains(part),
                orIgnore: .alreadySeenEnvelopeForThisBlockRootFromThisBuilder
            )
            guard let block = chain.block(root) else { throw .ignore(.envelopesBlockHasNotBeenSeen) }
            guard let state = chain.state(after: root) else { throw .reject(.envelopesBlockFailedValidation) }
            try require(
                payload.slotNumber >= startSlot(of: chain.finalizedCheckpoint.epoch),
                orIgnore: .envelopeIsFromASlotBeforeTheLatestFinalizedSlot
            )
            try require(block.slot == payload.slotNumber, orReject: .blocksSlotDoesNotMatchPayloadsSlotNumber)
            try requireEnvelope(envelope, of: block.bid)
            try require(isSigned(signed, after: state), orReject: .invalidEnvelopeSignature)
            seen.payloadEnvelopes.insert(part)
            seen.payloadGasLimits[payload.blockHash] = payload.gasLimit
        }
    }

    /// The envelope brings what the bid of its block promised, and no more than is allowed.
    private func requireEnvelope(
        _ envelope: ExecutionPayloadEnvelope,
        of bid: ExecutionPayloadBid?
    ) throws(GossipRefusal) {
        try require(
            envelope.builderIndex == bid?.builderIndex,
            orReject: .envelopesBuilderIndexDoesNotMatchTheBidsBuilderIndex
        )
        try require(
            envelope.payload.blockHash == bid?.blockHash,
            orReject: .payloadsBlockHashDoesNotMatchTheBidsBlockHash
        )
        try require(
            envelope.executionRequests.hashTreeRoot(in: context) == bid?.executionRequestsRoot,
            orReject: .envelopesExecutionRequestsRootDoesNotMatchTheBids
        )
        try requireLimits(of: envelope.executionRequests)
        try require(
            UInt64(envelope.payload.withdrawals.count) <= preset.maxWithdrawalsPerPayload,
            orReject: .tooManyWithdrawals
        )
    }

    /// Spec: `verify_execution_payload_envelope_signature`.
    private func isSigned(_ signed: SignedExecutionPayloadEnvelope, after state: BeaconState) -> Bool {
        let index = signed.message.builderIndex
        let domain = transition(state).getDomain(.beaconBuilder)
        if index == Constants.builderIndexSelfBuild {
            let proposer = state.latestBlockHeader.proposerIndex
            return proposer < UInt64(state.validators.count)
                && isSigned(
                    signed.message,
                    by: state.validators[Int(proposer)],
                    of: state,
                    domain,
                    signed.signature
                )
        }
        return index < UInt64(state.builders.count)
            && isSigned(
                signed.message.hashTreeRoot(in: context),
                by: [state.builders[Int(index)].pubkey],
                domain,
                signed.signature
            )
    }
}
