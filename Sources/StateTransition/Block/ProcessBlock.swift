public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_block`.
    public mutating func processBlock(_ block: BeaconBlock) throws(TransitionError) {
        try processBlock(block, roots: BlockRoots(block, in: context))
    }

    /// The same, for whoever has the roots of this block already.
    public mutating func processBlock(_ block: BeaconBlock, roots: BlockRoots) throws(TransitionError) {
        let body = block.body
        // The header of this block takes the parent's place below.
        let parentSlot = state.latestBlockHeader.slot
        if fork >= .gloas { try processParentExecutionPayload(block) }
        try processBlockHeader(block, bodyRoot: roots.body)
        if fork >= .gloas {
            try processWithdrawals()
            try processExecutionPayloadBid(body.signedExecutionPayloadBid)
        } else if fork >= .capella {
            try processWithdrawals(body.executionPayload)
            try processExecutionPayload(body, roots: roots.payload)
        } else if fork >= .bellatrix, isExecutionEnabled(body) {
            try processExecutionPayload(body, roots: roots.payload)
        }
        try processRandao(body)
        if fork < .heze { try processEth1Data(body) }
        try processOperations(body, parentSlot: parentSlot)
        if fork >= .altair { try processSyncAggregate(body.syncAggregate) }
    }
}
