public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

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
            header.execution = ExecutionPayloadHeader(block.body.executionPayload, fork, in: context)
        }
        let index = fork >= .gloas ? LightClientIndex.executionBlockHash(fork) : LightClientIndex.executionPayload
        header.executionBranch = try proof(block.body, index, context, function).branch
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
