internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_historical_summaries_update` (capella).
    public mutating func processHistoricalSummariesUpdate() throws(TransitionError) {
        let function = "process_historical_summaries_update"
        guard let roots = try endingPeriod(function) else { return }
        try requireRoomForHistory(state.historicalSummaries.count, function)
        state.historicalSummaries.append(
            HistoricalSummary(blockSummaryRoot: roots.blocks, stateSummaryRoot: roots.states)
        )
    }

    /// Spec: `process_historical_roots_update` (phase0 to bellatrix).
    public mutating func processHistoricalRootsUpdate() throws(TransitionError) {
        let function = "process_historical_roots_update"
        guard let roots = try endingPeriod(function) else { return }
        try requireRoomForHistory(state.historicalRoots.count, function)
        // A `HistoricalBatch` of the two vectors hashes like a summary of their roots.
        state.historicalRoots.append(
            HistoricalSummary(blockSummaryRoot: roots.blocks, stateSummaryRoot: roots.states)
                .hashTreeRoot(in: .invariant)
        )
    }

    /// The roots of the vectors of block and state roots where this epoch is the last that they hold.
    private func endingPeriod(_ function: String) throws(TransitionError) -> (blocks: Root, states: Root)? {
        let next = try currentEpoch.plus(1, function)
        let epochs = try preset.slotsPerHistoricalRoot.over(preset.slotsPerEpoch, function)
        guard next % max(epochs, 1) == 0 else { return nil }
        let shape = Shape.vector(.exactly(preset.slotsPerHistoricalRoot))
        return (
            state.blockRoots.hashTreeRoot(shape, in: context), state.stateRoots.hashTreeRoot(shape, in: context)
        )
    }

    private func requireRoomForHistory(_ count: Int, _ function: String) throws(TransitionError) {
        let limit = preset.historicalRootsLimit
        try require(
            UInt64(count) < limit,
            function,
            "list length",
            expected: "below \(limit)",
            got: "\(count)"
        )
    }
}
