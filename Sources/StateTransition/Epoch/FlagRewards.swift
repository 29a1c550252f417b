internal import ConsensusTypes

/// The rewards and penalties of one epoch for participation flags, from values that are the same for everyone (altair).
struct FlagRewards {
    static let flags = Constants.participationFlagWeights.indices
    /// The flag whose absence costs nothing.
    static let free = Constants.timelyHeadFlagIndex

    /// What all flags together give and take.
    struct Sum {
        var reward: Gwei
        var penalty: Gwei
    }

    private let increment: Gwei
    private let baseRewardPerIncrement: Gwei
    private let activeIncrements: UInt64
    private let participatingIncrements: [UInt64]
    private let isLeaking: Bool
    private let inactivityDenominator: UInt64
    /// By increments of effective balance, then by the eight sets of flags: few values serve everyone.
    private var table: [Sum] = []

    init(_ transition: Transition, _ summary: RegistrySummary) throws(TransitionError) {
        let function = "get_flag_index_deltas"
        let preset = transition.preset
        increment = preset.effectiveBalanceIncrement
        let total = try transition.totalBalance(summary.activeBalance, function)
        activeIncrements = total / increment
        baseRewardPerIncrement = try increment.times(preset.baseRewardFactor, function)
            .over(total.integerSquareroot, function)
        var participating: [UInt64] = []
        for flag in FlagRewards.flags {
            participating.append(try transition.totalBalance(summary.previousBalances[flag], function) / increment)
        }
        participatingIncrements = participating
        isLeaking = try transition.isInInactivityLeak()
        inactivityDenominator = try transition.config.inactivityScoreBias.times(
            transition.fork >= .bellatrix
                ? preset.inactivityPenaltyQuotientBellatrix : preset.inactivityPenaltyQuotientAltair,
            "get_inactivity_penalty_deltas"
        )
        let most =
            (transition.fork >= .electra ? preset.maxEffectiveBalanceElectra : preset.maxEffectiveBalance) / increment
        let rows = min(most, 4096) + 1
        table.reserveCapacity(Int(rows) * 8)
        for increments in 0..<rows {
            // Where an amount overflows the table ends; who has that balance finds out by itself.
            guard let row = try? sums(increments) else { break }
            table += row
        }
    }

    /// The balance after the rewards and penalties of all flags, one after the other.
    @inline(__always)
    func apply(_ flags: Int, of effectiveBalance: Gwei, to balance: Gwei) throws(TransitionError) -> Gwei {
        let position = (effectiveBalance / increment).multipliedReportingOverflow(by: 8)
        if !position.overflow, position.partialValue < UInt64(table.count) {
            let sum = table[Int(position.partialValue) + flags]
            let (raised, over) = balance.addingReportingOverflow(sum.reward)
            // While no penalty meets the bottom and no reward the top, the order does not matter.
            if balance >= sum.penalty, !over { return raised - sum.penalty }
        }
        return try applySlowly(flags, of: effectiveBalance, to: balance)
    }

    private func applySlowly(_ flags: Int, of effectiveBalance: Gwei, to balance: Gwei) throws(TransitionError) -> Gwei
    {
        var balance = balance
        for flag in FlagRewards.flags {
            if flags >> flag & 1 == 1 {
                balance = try balance.plus(reward(flag, effectiveBalance), "increase_balance")
            } else {
                balance = balance.saturatingSub(try penalty(flag, effectiveBalance))
            }
        }
        return balance
    }

    private func sums(_ increments: UInt64) throws(TransitionError) -> [Sum] {
        let effective = try increments.times(increment, "get_base_reward")
        var row: [Sum] = []
        for flags in 0..<8 {
            var sum = Sum(reward: 0, penalty: 0)
            for flag in FlagRewards.flags {
                if flags >> flag & 1 == 1 {
                    sum.reward = try sum.reward.plus(reward(flag, effective), "get_flag_index_deltas")
                } else {
                    sum.penalty = try sum.penalty.plus(penalty(flag, effective), "get_flag_index_deltas")
                }
            }
            row.append(sum)
        }
        return row
    }

    /// Spec: `get_flag_index_deltas`, for one validator that is eligible and has the flag.
    func reward(_ flag: Int, _ effectiveBalance: Gwei) throws(TransitionError) -> Gwei {
        if isLeaking { return 0 }
        let function = "get_flag_index_deltas"
        return try weightedBaseReward(flag, effectiveBalance)
            .times(participatingIncrements[flag], function)
            .over(activeIncrements.times(Constants.weightDenominator, function), function)
    }

    /// Spec: `get_flag_index_deltas`, for one validator that is eligible and has not the flag.
    func penalty(_ flag: Int, _ effectiveBalance: Gwei) throws(TransitionError) -> Gwei {
        if flag == FlagRewards.free { return 0 }
        return try weightedBaseReward(flag, effectiveBalance) / Constants.weightDenominator
    }

    private func weightedBaseReward(_ flag: Int, _ effectiveBalance: Gwei) throws(TransitionError) -> Gwei {
        try (effectiveBalance / increment)
            .times(baseRewardPerIncrement, "get_base_reward")
            .times(Constants.participationFlagWeights[flag], "get_flag_index_deltas")
    }

    /// Spec: `get_inactivity_penalty_deltas` (altair), for one validator that is eligible and missed the target.
    @inline(__always)
    func inactivityPenalty(_ effectiveBalance: Gwei, score: UInt64) throws(TransitionError) -> Gwei {
        if score == 0 { return 0 }
        let function = "get_inactivity_penalty_deltas"
        return try effectiveBalance.times(score, function).over(inactivityDenominator, function)
    }
}
