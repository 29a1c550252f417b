internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_inactivity_updates` (altair).
    public mutating func processInactivityUpdates() throws(TransitionError) {
        guard currentEpoch != Constants.genesisEpoch else { return }
        var summary = try summarizeRegistry()
        try summarizeParticipation(&summary)
        try processInactivityUpdates(summary)
    }

    mutating func processInactivityUpdates(_ summary: RegistrySummary) throws(TransitionError) {
        let function = "process_inactivity_updates"
        guard currentEpoch != Constants.genesisEpoch else { return }
        try requireEntries(state.inactivityScores.count, .eligible, summary, function)
        let recovery = try isInInactivityLeak() ? 0 : config.inactivityScoreRecoveryRate
        let bias = config.inactivityScoreBias
        try state.inactivityScores.updateEachChunk { (first, scores) throws(TransitionError) -> Bool in
            var changed = false
            for offset in scores.indices {
                let i = first + offset
                guard i < summary.count, summary.marks[i].contains(.eligible) else { continue }
                let old = scores[offset]
                var score =
                    summary.marks[i].contains(.previousTarget)
                    ? old.saturatingSub(1) : try old.plus(bias, function)
                score = score.saturatingSub(recovery)
                if score != old {
                    scores[offset] = score
                    changed = true
                }
            }
            return changed
        }
    }
}
