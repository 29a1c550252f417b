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
        // Where all is well nobody has a score, and everyone voted.
        let isConcerned = { @Sendable (first: Int, scores: UnsafeBufferPointer<UInt64>) in
            for offset in scores.indices where first + offset < summary.count {
                if scores[offset] != 0 || !summary.marks[first + offset].contains(.previousTarget) { return true }
            }
            return false
        }
        try state.inactivityScores.updateEachChunk(on: cores, where: isConcerned) {
            (first, scores) throws(TransitionError) -> Bool in
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
