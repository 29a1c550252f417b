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

    func emptyExecutionBranch() -> [Bytes32] {
        normalizeMerkleBranch([], LightClientIndex.executionPayload)
    }

    func emptyLightClientHeader(_ fork: ForkName) -> LightClientHeader {
        var header = LightClientHeader()
        if fork >= .capella {
            header.execution = emptyExecutionPayloadHeader()
            header.executionBranch = emptyExecutionBranch()
        }
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
        normalizeMerkleBranch(
            [],
            fork >= .electra ? LightClientIndex.nextSyncCommitteeElectra : LightClientIndex.nextSyncCommittee
        )
    }

    func emptyFinalityBranch(_ fork: ForkName) -> [Bytes32] {
        normalizeMerkleBranch(
            [],
            fork >= .electra ? LightClientIndex.finalizedRootElectra : LightClientIndex.finalizedRoot
        )
    }
}
