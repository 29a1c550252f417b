public import ConsensusTypes
public import Hashing
internal import SSZ

extension ChainSpec {
    /// Spec: `get_lc_execution_root` (capella, deneb); of a header from before deneb without what deneb added.
    public func getLcExecutionRoot(_ header: LightClientHeader) -> Root {
        let epoch = epoch(at: header.beacon.slot)
        if epoch >= config.denebForkEpoch { return header.execution.hashTreeRoot(in: context(.deneb)) }
        if epoch >= config.capellaForkEpoch { return header.execution.hashTreeRoot(in: context(.capella)) }
        return Root()
    }

    /// Spec: `is_valid_light_client_header`; the header is in the format of `fork`.
    public func isValidLightClientHeader(_ header: LightClientHeader, in fork: ForkName) -> Bool {
        guard fork >= .capella else { return true }
        let epoch = epoch(at: header.beacon.slot)
        if fork >= .deneb && epoch < config.denebForkEpoch {
            guard header.execution.blobGasUsed == 0, header.execution.excessBlobGas == 0 else { return false }
        }
        if epoch < config.capellaForkEpoch {
            return header.execution == emptyExecutionPayloadHeader() && header.executionBranch == emptyExecutionBranch()
        }
        let index = LightClientIndex.node(LightClientIndex.executionPayload)
        return isValidMerkleBranch(
            leaf: getLcExecutionRoot(header),
            branch: header.executionBranch,
            depth: UInt64(index.depth),
            index: index.position,
            root: header.beacon.bodyRoot
        )
    }
}
