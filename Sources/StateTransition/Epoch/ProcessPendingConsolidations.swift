internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_pending_consolidations` (electra).
    public mutating func processPendingConsolidations() throws(TransitionError) {
        let function = "process_pending_consolidations"
        let nextEpoch = try currentEpoch.plus(1, function)
        var taken = 0
        while taken < state.pendingConsolidations.count {
            let consolidation = state.pendingConsolidations[taken]
            let source = try validator(consolidation.sourceIndex, function)
            if !source.slashed {
                if source.withdrawableEpoch > nextEpoch { break }
                let moved = min(try balance(consolidation.sourceIndex, function), source.effectiveBalance)
                try decreaseBalance(consolidation.sourceIndex, moved)
                try increaseBalance(consolidation.targetIndex, moved)
            }
            taken += 1
        }
        if taken > 0 { state.pendingConsolidations.removeFirst(taken) }
    }
}
