public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_block_header`.
    public mutating func processBlockHeader(_ block: BeaconBlock) throws(TransitionError) {
        try processBlockHeader(block, bodyRoot: block.body.hashTreeRoot(in: context))
    }

    mutating func processBlockHeader(_ block: BeaconBlock, bodyRoot: Root) throws(TransitionError) {
        let function = "process_block_header"
        try requireEqual(block.slot, state.slot, function, "slot")
        try require(
            block.slot > state.latestBlockHeader.slot,
            function,
            "slot",
            expected: "above \(state.latestBlockHeader.slot)",
            got: "\(block.slot)"
        )
        try requireEqual(block.proposerIndex, getBeaconProposerIndex(), function, "proposer_index")
        try requireEqual(
            block.parentRoot,
            state.latestBlockHeader.hashTreeRoot(in: context),
            function,
            "parent_root"
        )
        let proposer = try validator(block.proposerIndex, function)
        try require(!proposer.slashed, function, "proposer", expected: "not slashed", got: "slashed")
        var header = BeaconBlockHeader(block, bodyRoot: bodyRoot)
        // Filled in by the next `process_slot`.
        header.stateRoot = Root()
        state.latestBlockHeader = header
    }
}
