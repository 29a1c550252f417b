internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Withdrawals of a payload that come before the sweep over the validators, which keeps a place for itself.
    var withdrawalsBeforeSweep: Int { Int(preset.maxWithdrawalsPerPayload.saturatingSub(1)) }

    /// Spec: `get_builder_withdrawals` (gloas): what builders owe.
    func addBuilderWithdrawals(to expected: inout ExpectedWithdrawals) throws(TransitionError) {
        let queue = state.builderPendingWithdrawals
        while expected.processedBuilderWithdrawals < queue.count, expected.withdrawals.count < withdrawalsBeforeSweep {
            let pending = queue[expected.processedBuilderWithdrawals]
            try append(
                pending.amount,
                of: convertBuilderIndexToValidatorIndex(pending.builderIndex),
                to: pending.feeRecipient,
                &expected
            )
            expected.processedBuilderWithdrawals += 1
        }
    }

    /// Spec: `get_builders_sweep_withdrawals` (gloas): the balances of builders who left.
    func addBuildersSweepWithdrawals(to expected: inout ExpectedWithdrawals) throws(TransitionError) {
        let function = "get_builders_sweep_withdrawals"
        let epoch = currentEpoch
        let count = UInt64(state.builders.count)
        var index = state.nextWithdrawalBuilderIndex
        for _ in 0..<min(count, preset.maxBuildersPerWithdrawalsSweep) {
            if expected.withdrawals.count >= withdrawalsBeforeSweep { return }
            let builder = try builder(index, function)
            if builder.withdrawableEpoch <= epoch {
                let marked = convertBuilderIndexToValidatorIndex(index)
                // Spec: `get_builder_balance_after_withdrawals`.
                var withdrawn: Gwei = 0
                for withdrawal in expected.withdrawals where withdrawal.validatorIndex == marked {
                    withdrawn = try withdrawn.plus(withdrawal.amount, function)
                }
                let balance = builder.balance.saturatingSub(withdrawn)
                if balance > 0 { try append(balance, of: marked, to: builder.executionAddress, &expected) }
            }
            index = (index + 1) % count
            expected.processedBuildersSweep += 1
        }
    }

    /// Spec: `update_next_withdrawal_builder_index` (gloas).
    mutating func updateNextWithdrawalBuilderIndex(_ processed: UInt64) throws(TransitionError) {
        let count = UInt64(state.builders.count)
        guard count > 0 else { return }
        let next = try state.nextWithdrawalBuilderIndex.plus(processed, "update_next_withdrawal_builder_index")
        state.nextWithdrawalBuilderIndex = next % count
    }
}
