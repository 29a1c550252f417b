internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `is_fully_withdrawable_validator`.
    func isFullyWithdrawable(_ validator: Validator, _ balance: Gwei, _ epoch: Epoch) -> Bool {
        let credential =
            fork >= .electra ? validator.hasExecutionWithdrawalCredential : validator.hasEth1WithdrawalCredential
        return credential && validator.withdrawableEpoch <= epoch && balance > 0
    }

    /// Spec: `is_partially_withdrawable_validator`: what stands above the validator's maximum, `nil` where nothing may go.
    func partiallyWithdrawable(_ validator: Validator, _ balance: Gwei) -> Gwei? {
        let credential =
            fork >= .electra ? validator.hasExecutionWithdrawalCredential : validator.hasEth1WithdrawalCredential
        let maximum = getMaxEffectiveBalance(validator)
        guard credential, validator.effectiveBalance == maximum, balance > maximum else { return nil }
        return balance - maximum
    }

    /// Spec: `is_eligible_for_partial_withdrawals`.
    func isEligibleForPartialWithdrawals(_ validator: Validator, _ balance: Gwei) -> Bool {
        validator.exitEpoch == farFutureEpoch && validator.effectiveBalance >= preset.minActivationBalance
            && balance > preset.minActivationBalance
    }

    /// Spec: `get_pending_balance_to_withdraw`.
    func getPendingBalanceToWithdraw(_ index: ValidatorIndex) throws(TransitionError) -> Gwei {
        var sum: Gwei = 0
        try state.pendingPartialWithdrawals.forEachChunk { (_, chunk) throws(TransitionError) in
            for withdrawal in chunk where withdrawal.validatorIndex == index {
                sum = try sum.plus(withdrawal.amount, "get_pending_balance_to_withdraw")
            }
        }
        return sum
    }
}
