internal import ConsensusTypes
internal import Hashing
internal import SSZ

// The spec's `X.empty()`: what decoding as many zero bytes gives, so vectors have their length.

extension ChainSpec {
    func emptyExecutionPayloadHeader() -> ExecutionPayloadHeader {
        var header = ExecutionPayloadHeader()
        header.logsBloom = [UInt8](repeating: 0, count: Int(clamping: preset.bytesPerLogsBloom))
        return header
    }

    func emptyExecutionBranch(_ fork: ForkName) -> [Bytes32] {
        normalizeMerkleBranch(
            [],
            fork >= .gloas ? LightClientIndex.executionBlockHash(fork) : LightClientIndex.executionPayload
        )
    }

    func emptyLightClientHeader(_ fork: ForkName) -> LightClientHeader {
        var header = LightClientHeader()
        guard fork >= .capella else { return header }
        header.executionBranch = emptyExecutionBranch(fork)
        if fork < .gloas { header.execution = emptyExecutionPayloadHeader() }
        return header
    }

    func emptySyncCommittee() -> SyncCommittee {
        let size = Int(clamping: preset.syncCommitteeSize)
        return SyncCommittee(
            pubkeys: PersistentList(repeating: BLSPubkey(), count: size),
            aggregatePubkey: BLSPubkey()
        )
    }

    func emptySyncCommitteeBranch(_ fork: ForkName) -> [Bytes32] {
        normalizeMerkleBranch([], LightClientIndex.nextSyncCommittee(fork))
    }

    func emptyFinalityBranch(_ fork: ForkName) -> [Bytes32] {
        normalizeMerkleBranch([], LightClientIndex.finalizedRoot(fork))
    }
}
