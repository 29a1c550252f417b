public import ConsensusTypes
internal import Hashing
internal import SSZ

extension ChainSpec {
    /// Spec: `block_to_light_client_header`, in the format of the block's fork.
    public func blockToLightClientHeader(_ block: BeaconBlock) throws(LightClientError) -> LightClientHeader {
        let function = "block_to_light_client_header"
        let fork = fork(atSlot: block.slot)
        try require(fork >= .altair, function, "fork", expected: "altair or later", got: fork.name)
        let context = context(fork)
        var header = LightClientHeader()
        header.beacon = BeaconBlockHeader(
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            parentRoot: block.parentRoot,
            stateRoot: block.stateRoot,
            bodyRoot: block.body.hashTreeRoot(in: context)
        )
        guard fork >= .capella else { return header }
        if fork >= .gloas {
            header.executionBlockHash = block.body.signedExecutionPayloadBid.message.parentBlockHash
        } else {
            header.execution = executionPayloadHeader(block.body.executionPayload, fork)
        }
        let index = fork >= .gloas ? LightClientIndex.executionBlockHash(fork) : LightClientIndex.executionPayload
        header.executionBranch = try proof(block.body, index, context, function).branch
        return header
    }

    /// The payload with roots in place of its lists.
    private func executionPayloadHeader(_ payload: ExecutionPayload, _ fork: ForkName) -> ExecutionPayloadHeader {
        let context = context(fork)
        let roots = zip(context.plan(for: ExecutionPayload.self).fieldNames, payload.fieldRoots(in: context))
        var header = ExecutionPayloadHeader()
        header.parentHash = payload.parentHash
        header.feeRecipient = payload.feeRecipient
        header.stateRoot = payload.stateRoot
        header.receiptsRoot = payload.receiptsRoot
        header.logsBloom = payload.logsBloom
        header.prevRandao = payload.prevRandao
        header.blockNumber = payload.blockNumber
        header.gasLimit = payload.gasLimit
        header.gasUsed = payload.gasUsed
        header.timestamp = payload.timestamp
        header.extraData = payload.extraData
        header.baseFeePerGas = payload.baseFeePerGas
        header.blockHash = payload.blockHash
        for (name, root) in roots {
            if name == "transactions" { header.transactionsRoot = root }
            if name == "withdrawals" { header.withdrawalsRoot = root }
        }
        if fork >= .deneb {
            header.blobGasUsed = payload.blobGasUsed
            header.excessBlobGas = payload.excessBlobGas
        }
        return header
    }

    /// Spec: `compute_merkle_proof`, of a node that must be there.
    func proof(
        _ value: some SSZContainer,
        _ index: GeneralizedIndex,
        _ context: ShapeContext,
        _ function: String
    ) throws(LightClientError) -> MerkleProof {
        guard let proof = value.proof(of: index, in: context) else {
            throw LightClientError(function, "proof", expected: "a node \(index.rawValue)", got: "none")
        }
        return proof
    }
}
