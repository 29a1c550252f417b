public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension ChainSpec {
    /// Spec: `create_light_client_bootstrap`; `state` is the one after `block`.
    public func createLightClientBootstrap(
        state: BeaconState,
        block: BeaconBlock
    ) throws(LightClientError) -> LightClientBootstrap {
        let function = "create_light_client_bootstrap"
        try requirePostState(state, of: block, function)
        let index = currentSyncCommitteeGindexAtSlot(state.slot)
        return LightClientBootstrap(
            header: try blockToLightClientHeader(block),
            currentSyncCommittee: state.currentSyncCommittee,
            currentSyncCommitteeBranch: try proof(state, index, context(state.forkName), function).branch
        )
    }

    /// Spec: `create_light_client_update`, in the format of the attested block's fork.
    ///
    /// `state` is the one after `block`, `attestedState` the one after its parent `attestedBlock`; `finalizedBlock` is what
    /// the attested state has finalized, the genesis block where that is nothing, or `nil` where it is not to be had.
    public func createLightClientUpdate(
        state: BeaconState,
        block: BeaconBlock,
        attestedState: BeaconState,
        attestedBlock: BeaconBlock,
        finalizedBlock: BeaconBlock?
    ) throws(LightClientError) -> LightClientUpdate {
        let function = "create_light_client_update"
        let participants = block.body.syncAggregate.syncCommitteeBits.oneCount
        try require(
            UInt64(participants) >= preset.minSyncCommitteeParticipants,
            function,
            "participants",
            expected: "at least \(preset.minSyncCommitteeParticipants)",
            got: "\(participants)"
        )
        try requirePostState(state, of: block, function)
        try requirePostState(attestedState, of: attestedBlock, function)
        let fork = lightClientFork(atSlot: attestedBlock.slot)
        let context = context(attestedState.forkName)

        var update = LightClientUpdate()
        update.attestedHeader = try blockToLightClientHeader(attestedBlock)
        try requireEqual(
            update.attestedHeader.beacon.hashTreeRoot(in: .invariant),
            block.parentRoot,
            function,
            "attested block"
        )
        update.nextSyncCommittee = emptySyncCommittee()
        update.nextSyncCommitteeBranch = emptySyncCommitteeBranch(fork)
        update.finalizedHeader = emptyLightClientHeader(fork)
        update.finalityBranch = emptyFinalityBranch(fork)
        // The next committee is of use only where the current one of its period vouches for it.
        if computeSyncCommitteePeriodAtSlot(attestedBlock.slot) == computeSyncCommitteePeriodAtSlot(block.slot) {
            let index = nextSyncCommitteeGindexAtSlot(attestedState.slot)
            update.nextSyncCommittee = attestedState.nextSyncCommittee
            update.nextSyncCommitteeBranch = try proof(attestedState, index, context, function).branch
        }
        if let finalizedBlock {
            var root = Root()
            if finalizedBlock.slot != Constants.genesisSlot {
                update.finalizedHeader = upgradeLcHeader(try blockToLightClientHeader(finalizedBlock), to: fork)
                root = update.finalizedHeader.beacon.hashTreeRoot(in: .invariant)
            }
            try requireEqual(root, attestedState.finalizedCheckpoint.root, function, "finalized block")
            let index = finalizedRootGindexAtSlot(attestedState.slot)
            update.finalityBranch = try proof(attestedState, index, context, function).branch
        }
        update.syncAggregate = block.body.syncAggregate
        update.signatureSlot = block.slot
        return update
    }

    /// That `state` is what `block` leads to, of altair or later.
    private func requirePostState(
        _ state: BeaconState,
        of block: BeaconBlock,
        _ function: String
    ) throws(LightClientError) {
        let fork = fork(atSlot: block.slot)
        try require(fork >= .altair, function, "fork", expected: "altair or later", got: fork.name)
        try requireEqual(state.forkName, fork, function, "fork of the state")
        try requireEqual(state.latestBlockHeader.slot, state.slot, function, "slot of the state's last block")
        var header = state.latestBlockHeader
        header.stateRoot = state.hashTreeRoot(in: context(fork))
        try requireEqual(
            header.hashTreeRoot(in: .invariant),
            block.hashTreeRoot(in: context(fork)),
            function,
            "block of slot \(block.slot)"
        )
    }
}

extension LightClientUpdate {
    /// Spec: `create_light_client_finality_update`.
    public var finalityUpdate: LightClientFinalityUpdate {
        LightClientFinalityUpdate(
            attestedHeader: attestedHeader,
            finalizedHeader: finalizedHeader,
            finalityBranch: finalityBranch,
            syncAggregate: syncAggregate,
            signatureSlot: signatureSlot
        )
    }

    /// Spec: `create_light_client_optimistic_update`.
    public var optimisticUpdate: LightClientOptimisticUpdate {
        LightClientOptimisticUpdate(
            attestedHeader: attestedHeader,
            syncAggregate: syncAggregate,
            signatureSlot: signatureSlot
        )
    }
}
