public import ConsensusTypes
public import Hashing
internal import SSZ

extension ChainSpec {
    /// Spec: `get_lc_execution_root`; the header is in the format of `fork`.
    ///
    /// The root of the header's payload, from before deneb without what deneb added; of blocks of gloas, which have none,
    /// the hash of the payload before.
    public func getLcExecutionRoot(_ header: LightClientHeader, in fork: ForkName) -> Root {
        let format = self.fork(atSlot: header.beacon.slot)
        guard format >= .capella else { return Root() }
        let context = context(format >= .deneb ? .deneb : .capella)
        guard fork >= .gloas else { return header.execution.hashTreeRoot(in: context) }
        if format >= .gloas { return header.executionBlockHash }
        if header.beacon.slot == 0 { return emptyExecutionPayloadHeader().hashTreeRoot(in: context) }
        // The header itself is gone; its root follows from the part of the branch that lies within it.
        guard let index = blockHashIndex(in: context) else { return Root() }
        let inner = header.executionBranch.dropLast(LightClientIndex.executionPayload.depth).suffix(index.depth)
        return computeMerkleBranchRoot(leaf: header.executionBlockHash, branch: inner, index: index.position)
    }

    /// Where the hash of its block stands in an execution payload header.
    func blockHashIndex(in context: ShapeContext) -> GeneralizedIndex? {
        context.plan(for: ExecutionPayloadHeader.self).generalizedIndex(of: "block_hash")
            .flatMap(GeneralizedIndex.init(rawValue:))
    }

    /// Spec: `is_valid_light_client_header`; the header is in the format of `fork`.
    public func isValidLightClientHeader(_ header: LightClientHeader, in fork: ForkName) -> Bool {
        guard fork >= .capella else { return true }
        let format = self.fork(atSlot: header.beacon.slot)
        if format < .capella {
            var empty = emptyLightClientHeader(fork)
            empty.beacon = header.beacon
            return header == empty
        }
        if fork >= .gloas {
            return isValidNormalizedMerkleBranch(
                leaf: header.executionBlockHash,
                branch: header.executionBranch,
                index: LightClientIndex.executionBlockHash(format),
                root: header.beacon.bodyRoot
            )
        }
        if fork >= .deneb && format < .deneb {
            guard header.execution.blobGasUsed == 0, header.execution.excessBlobGas == 0 else { return false }
        }
        let index = LightClientIndex.executionPayload
        return isValidMerkleBranch(
            leaf: getLcExecutionRoot(header, in: fork),
            branch: header.executionBranch,
            depth: UInt64(index.depth),
            index: index.position,
            root: header.beacon.bodyRoot
        )
    }
}
