public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_block`.
    public mutating func processBlock(_ block: BeaconBlock) throws(TransitionError) {
        try require(
            fork <= .fulu,
            "process_block",
            "fork",
            expected: "\(ForkName.fulu) or earlier",
            got: "\(fork)"
        )
        let body = block.body
        try processBlockHeader(block)
        if fork >= .capella {
            try processWithdrawals(body.executionPayload)
            try processExecutionPayload(body)
        } else if fork >= .bellatrix, isExecutionEnabled(body) {
            try processExecutionPayload(body)
        }
        try processRandao(body)
        try processEth1Data(body)
        try processOperations(body)
        if fork >= .altair { try processSyncAggregate(body.syncAggregate) }
    }
}
