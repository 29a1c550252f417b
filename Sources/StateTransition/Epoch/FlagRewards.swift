internal import ConsensusTypes

/// The rewards and penalties of one epoch for participation flags, from values that are the same for everyone (altair).
struct FlagRewards {
    static let flags = Constants.participationFlagWeights.indices
    /// The flag whose absence costs nothing.
    static let free = Constants.timelyHeadFlagIndex

    /// What an effective balance gains or loses by each flag.
    struct Amounts {
        var rewards: (Gwei, Gwei, Gwei) = (0, 0, 0)
        var penalties: (Gwei, Gwei, Gwei) = (0, 0, 0)

        @inline(__always)
        func reward(_ flag: Int) -> Gwei { flag == 0 ? rewards.0 : flag == 1 ? rewards.1 : rewards.2 }

        @inline(__always)
        func penalty(_ flag: Int) -> Gwei { flag == 0 ? penalties.0 : flag == 1 ? penalties.1 : penalties.2 }
    }

    private let increment: Gwei
    private let baseRewardPerIncrement: Gwei
    private let activeIncrements: UInt64
    private let participatingIncrements: [UInt64]
    private let isLeaking: Bool
    private let inactivityDenominator: UInt64
    /// The amounts by increments of effective balance: few values serve everyone.
    private var table: [Amounts] = []

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
        table.reserveCapacity(Int(min(most, 4096)) + 1)
        for increments in 0...min(most, 4096) {
            // Where an amount overflows the table ends; who has that balance finds out by itself.
            guard let amounts = try? computeAmounts(increments) else { break }
            table.append(amounts)
        }
    }

    /// Spec: `get_flag_index_deltas`, for one validator that is eligible.
    @inline(__always)
    func amounts(_ effectiveBalance: Gwei) throws(TransitionError) -> Amounts {
        let increments = effectiveBalance / increment
        if increments < UInt64(table.count) { return table[Int(increments)] }
        return try computeAmounts(increments)
    }

    private func computeAmounts(_ increments: UInt64) throws(TransitionError) -> Amounts {
        let function = "get_flag_index_deltas"
        let baseReward = try increments.times(baseRewardPerIncrement, "get_base_reward")
        var rewards: [Gwei] = []
        var penalties: [Gwei] = []
        for flag in FlagRewards.flags {
            let weighted = try baseReward.times(Constants.participationFlagWeights[flag], function)
            rewards.append(
                isLeaking
                    ? 0
                    : try weighted.times(participatingIncrements[flag], function)
                        .over(activeIncrements.times(Constants.weightDenominator, function), function)
            )
            penalties.append(flag == FlagRewards.free ? 0 : weighted / Constants.weightDenominator)
        }
        return Amounts(
            rewards: (rewards[0], rewards[1], rewards[2]),
            penalties: (penalties[0], penalties[1], penalties[2])
        )
    }

    /// Spec: `get_inactivity_penalty_deltas` (altair), for one validator that is eligible and missed the target.
    @inline(__always)
    func inactivityPenalty(_ effectiveBalance: Gwei, score: UInt64) throws(TransitionError) -> Gwei {
        if score == 0 { return 0 }
        let function = "get_inactivity_penalty_deltas"
        return try effectiveBalance.times(score, function).over(inactivityDenominator, function)
    }
}
