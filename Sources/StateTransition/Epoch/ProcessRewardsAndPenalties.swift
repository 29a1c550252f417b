internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_rewards_and_penalties`.
    public mutating func processRewardsAndPenalties() throws(TransitionError) {
        guard currentEpoch != Constants.genesisEpoch else { return }
        var summary = try summarizeRegistry()
        try summarizeParticipation(&summary)
        try processRewardsAndPenalties(summary)
    }

    mutating func processRewardsAndPenalties(_ summary: RegistrySummary) throws(TransitionError) {
        let function = "process_rewards_and_penalties"
        guard currentEpoch != Constants.genesisEpoch else { return }
        try require(
            state.balances.count >= summary.count,
            function,
            "balances length",
            expected: "at least \(summary.count)",
            got: "\(state.balances.count)"
        )
        if fork >= .altair {
            try applyFlagRewards(summary)
        } else {
            try applyPendingAttestationDeltas(summary)
        }
    }

    private mutating func applyFlagRewards(_ summary: RegistrySummary) throws(TransitionError) {
        let rewards = try FlagRewards(self, summary)
        try requireEntries(state.inactivityScores.count, .eligible, summary, "get_inactivity_penalty_deltas")
        let scores = state.inactivityScores
        try state.balances.updateEachChunk(on: cores, where: { _, _ in true }) {
            (first, balances) throws(TransitionError) -> Bool in
            var changed = false
            for offset in balances.indices {
                let i = first + offset
                guard i < summary.count, summary.marks[i].contains(.eligible) else { continue }
                let marks = summary.marks[i]
                let effective = summary.effectiveBalances[i]
                let old = balances[offset]
                var balance = try rewards.apply(marks.previousFlags, of: effective, to: old)
                if !marks.contains(.previousTarget) {
                    balance = balance.saturatingSub(try rewards.inactivityPenalty(effective, score: scores[i]))
                }
                if balance != old {
                    balances[offset] = balance
                    changed = true
                }
            }
            return changed
        }
    }

    /// Spec: `get_attestation_deltas` (phase0), applied.
    private mutating func applyPendingAttestationDeltas(_ summary: RegistrySummary) throws(TransitionError) {
        let function = "get_attestation_deltas"
        let byRule = try pendingAttestationDeltas(summary)
        try state.balances.updateEachChunk { (first, balances) throws(TransitionError) -> Bool in
            var changed = false
            for offset in balances.indices where first + offset < summary.count {
                let i = first + offset
                var reward: Gwei = 0
                var penalty: Gwei = 0
                for (_, deltas) in byRule {
                    reward = try reward.plus(deltas.rewards[i], function)
                    penalty = try penalty.plus(deltas.penalties[i], function)
                }
                let old = balances[offset]
                let balance = try old.plus(reward, "increase_balance").saturatingSub(penalty)
                if balance != old {
                    balances[offset] = balance
                    changed = true
                }
            }
            return changed
        }
    }
}
