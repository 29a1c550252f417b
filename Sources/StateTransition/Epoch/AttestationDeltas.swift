internal import ConsensusTypes
internal import SSZ

/// What every validator gains and loses by one rule.
///
/// Spec: the pairs of lists that `get_flag_index_deltas` and its like return.
public struct Deltas: Hashable, Sendable {
    public var rewards: [UInt64]
    public var penalties: [UInt64]

    init(count: Int) {
        rewards = Array(repeating: 0, count: count)
        penalties = rewards
    }
}

extension Transition {
    /// What each rule of `process_rewards_and_penalties` gives and takes, in the order in which they are applied.
    ///
    /// `process_rewards_and_penalties` itself does not make these lists; both work by the same amounts.
    public mutating func attestationDeltas() throws(TransitionError) -> [(rule: String, deltas: Deltas)] {
        var summary = try summarizeRegistry()
        try summarizeParticipation(&summary)
        guard fork >= .altair else { return try pendingAttestationDeltas(summary) }
        let amounts = try FlagRewards(self, summary)
        try requireEntries(state.inactivityScores.count, .eligible, summary, "get_inactivity_penalty_deltas")
        var byRule = ["source", "target", "head", "inactivity_penalty"].map {
            (rule: $0, deltas: Deltas(count: summary.count))
        }
        for i in summary.marks.indices where summary.marks[i].contains(.eligible) {
            let marks = summary.marks[i]
            let effective = summary.effectiveBalances[i]
            for flag in FlagRewards.flags {
                if marks.contains(.previous(flag)) {
                    byRule[flag].deltas.rewards[i] = try amounts.reward(flag, effective)
                } else {
                    byRule[flag].deltas.penalties[i] = try amounts.penalty(flag, effective)
                }
            }
            if !marks.contains(.previousTarget) {
                byRule[3].deltas.penalties[i] = try amounts.inactivityPenalty(
                    effective,
                    score: state.inactivityScores[i]
                )
            }
        }
        return byRule
    }

    /// Spec: `get_source_deltas`, `get_target_deltas`, `get_head_deltas`, `get_inclusion_delay_deltas` and
    /// `get_inactivity_penalty_deltas` (phase0).
    mutating func pendingAttestationDeltas(
        _ summary: RegistrySummary
    ) throws(TransitionError) -> [(rule: String, deltas: Deltas)] {
        let function = "get_attestation_component_deltas"
        let increment = preset.effectiveBalanceIncrement
        let total = try totalBalance(summary.activeBalance, function)
        let root = total.integerSquareroot
        let isLeaking = try isInInactivityLeak()
        let factor = preset.baseRewardFactor
        /// Spec: `get_base_reward` (phase0).
        func baseReward(_ i: Int) throws(TransitionError) -> Gwei {
            try summary.effectiveBalances[i].times(factor, "get_base_reward").over(root, "get_base_reward")
                / Constants.baseRewardsPerEpoch
        }

        var components = ["source", "target", "head"].map { (rule: $0, deltas: Deltas(count: summary.count)) }
        for flag in 0..<3 {
            let attesting = try totalBalance(summary.previousBalances[flag], function) / increment
            for i in summary.marks.indices where summary.marks[i].contains(.eligible) {
                let base = try baseReward(i)
                if !summary.marks[i].contains(.previous(flag)) {
                    components[flag].deltas.penalties[i] = base
                } else if isLeaking {
                    components[flag].deltas.rewards[i] = base
                } else {
                    components[flag].deltas.rewards[i] = try base.times(attesting, function) / (total / increment)
                }
            }
        }

        var inclusion = Deltas(count: summary.count)
        let earliest = try earliestInclusions(summary)
        for i in summary.marks.indices where summary.marks[i].contains(.previousSource) {
            let base = try baseReward(i)
            let forProposer = base / preset.proposerRewardQuotient
            guard let first = earliest[i] else { continue }
            let proposer = try position(
                first.proposer,
                in: summary.count,
                "get_inclusion_delay_deltas",
                "proposer index"
            )
            inclusion.rewards[proposer] = try inclusion.rewards[proposer].plus(forProposer, function)
            let share = try (base - forProposer).over(first.delay, "get_inclusion_delay_deltas")
            inclusion.rewards[i] = try inclusion.rewards[i].plus(share, function)
        }

        var inactivity = Deltas(count: summary.count)
        if isLeaking {
            let function = "get_inactivity_penalty_deltas"
            let delay = try getFinalityDelay()
            for i in summary.marks.indices where summary.marks[i].contains(.eligible) {
                let base = try baseReward(i)
                var penalty = try Constants.baseRewardsPerEpoch.times(base, function)
                    .minus(base / preset.proposerRewardQuotient, function)
                if !summary.marks[i].contains(.previousTarget) {
                    let scaled = try summary.effectiveBalances[i].times(delay, function)
                    penalty = try penalty.plus(scaled / preset.inactivityPenaltyQuotient, function)
                }
                inactivity.penalties[i] = penalty
            }
        }
        return components + [("inclusion_delay", inclusion), ("inactivity_penalty", inactivity)]
    }

    /// For each unslashed attester of the previous epoch the inclusion that came first: its delay and its proposer.
    private mutating func earliestInclusions(
        _ summary: RegistrySummary
    ) throws(TransitionError) -> [(delay: Slot, proposer: ValidatorIndex)?] {
        var earliest = [(delay: Slot, proposer: ValidatorIndex)?](repeating: nil, count: summary.count)
        for attestation in state.previousEpochAttestations {
            for index in try getPendingAttestingIndices(attestation) {
                if let known = earliest[Int(index)], known.delay <= attestation.inclusionDelay { continue }
                earliest[Int(index)] = (attestation.inclusionDelay, attestation.proposerIndex)
            }
        }
        return earliest
    }
}
