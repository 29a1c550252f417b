public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_block`.
    public mutating func processBlock(_ block: BeaconBlock) throws(TransitionError) {
        try processBlock(block, bodyRoot: block.body.hashTreeRoot(in: context))
    }

    /// The same, for whoever knows the root of the body already.
    mutating func processBlock(_ block: BeaconBlock, bodyRoot: Root) throws(TransitionError) {
        let body = block.body
        // The header of this block takes the parent's place below.
        let parentSlot = state.latestBlockHeader.slot
        if fork >= .gloas { try processParentExecutionPayload(block) }
        try processBlockHeader(block, bodyRoot: bodyRoot)
        if fork >= .gloas {
            try processWithdrawals()
            try processExecutionPayloadBid(body.signedExecutionPayloadBid)
        } else if fork >= .capella {
            try processWithdrawals(body.executionPayload)
            try processExecutionPayload(body)
        } else if fork >= .bellatrix, isExecutionEnabled(body) {
            try processExecutionPayload(body)
        }
        try processRandao(body)
        if fork < .heze { try processEth1Data(body) }
        try processOperations(body, parentSlot: parentSlot)
        if fork >= .altair { try processSyncAggregate(body.syncAggregate) }
    }
}
