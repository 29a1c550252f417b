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

    /// Spec: `get_balance_churn_limit` (electra).
    public mutating func getBalanceChurnLimit() throws(TransitionError) -> Gwei {
        let share = try getTotalActiveBalance().over(config.churnLimitQuotient, "get_balance_churn_limit")
        let churn = max(config.minPerEpochChurnLimitElectra, share)
        return churn - churn % preset.effectiveBalanceIncrement
    }

    /// Spec: `get_activation_exit_churn_limit` (electra).
    public mutating func getActivationExitChurnLimit() throws(TransitionError) -> Gwei {
        min(config.maxPerEpochActivationExitChurnLimit, try getBalanceChurnLimit())
    }

    /// Spec: `get_consolidation_churn_limit` (electra).
    public mutating func getConsolidationChurnLimit() throws(TransitionError) -> Gwei {
        try getBalanceChurnLimit().minus(getActivationExitChurnLimit(), "get_consolidation_churn_limit")
    }
}
