public import ConsensusTypes
public import Hashing
internal import SSZ

extension Transition {
    /// Spec: `is_merge_transition_complete` (bellatrix); false of a state before it, which has no header to compare.
    public var isMergeTransitionComplete: Bool {
        guard fork >= .bellatrix else { return false }
        var empty = ExecutionPayloadHeader()
        empty.logsBloom = [UInt8](repeating: 0, count: Int(preset.bytesPerLogsBloom))
        return state.latestExecutionPayloadHeader != empty
    }

    /// Spec: `is_execution_enabled` (bellatrix).
    public func isExecutionEnabled(_ body: BeaconBlockBody) -> Bool {
        if isMergeTransitionComplete { return true }
        var empty = ExecutionPayload()
        empty.logsBloom = [UInt8](repeating: 0, count: Int(preset.bytesPerLogsBloom))
        return body.executionPayload != empty
    }

    /// Spec: `process_execution_payload` (bellatrix to fulu; since gloas the payload comes in an envelope).
    public mutating func processExecutionPayload(_ body: BeaconBlockBody) throws(TransitionError) {
        try processExecutionPayload(body, roots: nil)
    }

    mutating func processExecutionPayload(
        _ body: BeaconBlockBody,
        roots: BlockRoots.Payload?
    ) throws(TransitionError) {
        let function = "process_execution_payload"
        let payload = body.executionPayload
        let epoch = currentEpoch
        if fork >= .capella || isMergeTransitionComplete {
            try requireEqual(
                payload.parentHash,
                state.latestExecutionPayloadHeader.blockHash,
                function,
                "parent_hash"
            )
        }
        try requireEqual(payload.prevRandao, getRandaoMix(epoch), function, "prev_randao")
        try requireEqual(payload.timestamp, computeTimeAtSlot(state.slot), function, "timestamp")
        if fork >= .deneb {
            try requireAtMost(
                spec.maxBlobsPerBlock(fork, epoch),
                body.blobKzgCommitments.count,
                function,
                "blob_kzg_commitments count"
            )
        }
        guard engine.verifyAndNotifyNewPayload(newPayloadRequest(body)) else {
            throw TransitionError(function, "payload", expected: "valid", got: "invalid by the engine", kind: .payload)
        }
        state.latestExecutionPayloadHeader = ExecutionPayloadHeader(
            payload,
            fork,
            roots: roots ?? BlockRoots.Payload(payload, in: context)
        )
    }

    /// Spec: `compute_time_at_slot`: seconds since 1970.
    public func computeTimeAtSlot(_ slot: Slot) throws(TransitionError) -> UInt64 {
        let function = "compute_time_at_slot"
        let genesis = try state.genesisTime.times(1000, function)
        return try slot.times(config.slotDurationMs, function).plus(genesis, function) / 1000
    }

    /// What the engine is asked to judge.
    private func newPayloadRequest(_ body: BeaconBlockBody) -> NewPayloadRequest {
        var request = NewPayloadRequest()
        request.executionPayload = body.executionPayload
        if fork >= .deneb {
            request.versionedHashes = body.blobKzgCommitments.map(kzgCommitmentToVersionedHash)
            request.parentBeaconBlockRoot = state.latestBlockHeader.parentRoot
        }
        if fork >= .electra { request.executionRequests = body.executionRequests }
        return request
    }
}

/// Spec: `kzg_commitment_to_versioned_hash` (deneb).
public func kzgCommitmentToVersionedHash(_ commitment: KZGCommitment) -> Hash32 {
    commitment.withUnsafeBytes { SHA256.hash($0) }.replacingFirstByte(Constants.versionedHashVersionKzg)
}
