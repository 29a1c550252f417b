public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `get_validator_churn_limit`, in validators; before electra.
    public func getValidatorChurnLimit() throws(TransitionError) -> UInt64 {
        let epoch = currentEpoch
        var active: UInt64 = 0
        state.validators.forEachChunk { _, chunk in
            for validator in chunk where validator.isActive(epoch) { active += 1 }
        }
        return max(
            config.minPerEpochChurnLimit,
            try active.over(config.churnLimitQuotient, "get_validator_churn_limit")
        )
    }

    /// Spec: `get_validator_activation_churn_limit` (deneb); the earlier forks' limit is that of exits.
    public func getValidatorActivationChurnLimit() throws(TransitionError) -> UInt64 {
        let limit = try getValidatorChurnLimit()
        return fork >= .deneb ? min(config.maxPerEpochActivationChurnLimit, limit) : limit
    }

    /// Spec: `get_balance_churn_limit` (electra), `get_exit_churn_limit` (gloas).
    public mutating func getBalanceChurnLimit() throws(TransitionError) -> Gwei {
        let quotient = fork >= .gloas ? config.churnLimitQuotientGloas : config.churnLimitQuotient
        let share = try getTotalActiveBalance().over(quotient, "get_balance_churn_limit")
        return wholeIncrements(max(config.minPerEpochChurnLimitElectra, share))
    }

    /// Spec: `get_activation_exit_churn_limit` (electra), `get_activation_churn_limit` (gloas).
    public mutating func getActivationChurnLimit() throws(TransitionError) -> Gwei {
        let limit =
            fork >= .gloas
            ? config.maxPerEpochActivationChurnLimitGloas : config.maxPerEpochActivationExitChurnLimit
        return min(limit, try getBalanceChurnLimit())
    }

    /// Spec: `get_activation_exit_churn_limit` (electra), `get_exit_churn_limit` (gloas), which has no upper limit.
    public mutating func getExitChurnLimit() throws(TransitionError) -> Gwei {
        try fork >= .gloas ? getBalanceChurnLimit() : getActivationChurnLimit()
    }

    /// Spec: `get_consolidation_churn_limit`: in electra what activations and exits leave, in gloas a share of its own.
    public mutating func getConsolidationChurnLimit() throws(TransitionError) -> Gwei {
        let function = "get_consolidation_churn_limit"
        if fork >= .gloas {
            return wholeIncrements(
                try getTotalActiveBalance().over(config.consolidationChurnLimitQuotient, function)
            )
        }
        return try getBalanceChurnLimit().minus(getActivationChurnLimit(), function)
    }

    private func wholeIncrements(_ amount: Gwei) -> Gwei { amount - amount % preset.effectiveBalanceIncrement }
}
