public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_withdrawal_request` (electra).
    ///
    /// Anybody can send one through the execution layer: one that does not apply is passed over, not an error.
    public mutating func processWithdrawalRequest(_ request: WithdrawalRequest) throws(TransitionError) {
        let function = "process_withdrawal_request"
        let isFullExit = request.amount == Constants.fullExitRequestAmount
        if !isFullExit, UInt64(state.pendingPartialWithdrawals.count) >= preset.pendingPartialWithdrawalsLimit {
            return
        }
        guard let index = validatorIndex(of: request.validatorPubkey) else { return }
        let owner = try validator(index, function)
        let epoch = currentEpoch
        guard owner.hasExecutionWithdrawalCredential,
            owner.withdrawalCredentials.executionAddress == request.sourceAddress,
            owner.isActive(epoch),
            owner.exitEpoch == farFutureEpoch,
            epoch >= (try owner.activationEpoch.plus(config.shardCommitteePeriod, function))
        else { return }
        let pending = try getPendingBalanceToWithdraw(index)
        if isFullExit {
            // Who still has partial withdrawals to come may not leave.
            if pending == 0 { try initiateValidatorExit(index) }
            return
        }
        let kept = try preset.minActivationBalance.plus(pending, function)
        let balance = try balance(index, function)
        guard owner.hasCompoundingWithdrawalCredential,
            owner.effectiveBalance >= preset.minActivationBalance,
            balance > kept
        else { return }
        let amount = min(balance - kept, request.amount)
        let exitEpoch = try computeExitEpochAndUpdateChurn(amount)
        state.pendingPartialWithdrawals.append(
            PendingPartialWithdrawal(
                validatorIndex: index,
                amount: amount,
                withdrawableEpoch: try exitEpoch.plus(config.minValidatorWithdrawabilityDelay, function)
            )
        )
    }
}
