public import ConsensusTypes
internal import SSZ

/// Spec: `ExpectedWithdrawals`: what a payload must pay out, and how far that empties the queue.
public struct ExpectedWithdrawals: Sendable {
    public var withdrawals: [Withdrawal] = []
    /// Entries of the partial withdrawal queue that are dealt with, paid out or not.
    public var processedPartialWithdrawals = 0
}

extension Transition {
    /// Spec: `process_withdrawals` (capella).
    public mutating func processWithdrawals(_ payload: ExecutionPayload) throws(TransitionError) {
        let function = "process_withdrawals"
        let expected = try getExpectedWithdrawals()
        let withdrawals = expected.withdrawals
        try requireEqual(payload.withdrawals.count, withdrawals.count, function, "withdrawals count")
        for (position, (got, wanted)) in zip(payload.withdrawals, withdrawals).enumerated() {
            try requireEqual(got, wanted, function, "withdrawals[\(position)]")
        }
        for withdrawal in withdrawals { try decreaseBalance(withdrawal.validatorIndex, withdrawal.amount) }
        if let last = withdrawals.last {
            state.nextWithdrawalIndex = try last.index.plus(1, "update_next_withdrawal_index")
        }
        if expected.processedPartialWithdrawals > 0 {
            state.pendingPartialWithdrawals.removeFirst(expected.processedPartialWithdrawals)
        }
        try updateNextWithdrawalValidatorIndex(withdrawals)
    }

    /// Spec: `get_expected_withdrawals` (capella).
    public func getExpectedWithdrawals() throws(TransitionError) -> ExpectedWithdrawals {
        var expected = ExpectedWithdrawals()
        if fork >= .electra { try addPendingPartialWithdrawals(to: &expected) }
        try addValidatorsSweepWithdrawals(to: &expected)
        return expected
    }

    /// Spec: `get_pending_partial_withdrawals` (electra).
    private func addPendingPartialWithdrawals(to expected: inout ExpectedWithdrawals) throws(TransitionError) {
        let function = "get_pending_partial_withdrawals"
        let epoch = currentEpoch
        let limit = Int(
            min(preset.maxPendingPartialsPerWithdrawalsSweep, preset.maxWithdrawalsPerPayload.saturatingSub(1))
        )
        let queue = state.pendingPartialWithdrawals
        while expected.processedPartialWithdrawals < queue.count, expected.withdrawals.count < limit {
            let pending = queue[expected.processedPartialWithdrawals]
            guard pending.withdrawableEpoch <= epoch else { return }
            let owner = try validator(pending.validatorIndex, function)
            let balance = try balanceAfter(expected.withdrawals, pending.validatorIndex, function)
            if isEligibleForPartialWithdrawals(owner, balance) {
                try append(
                    min(balance - preset.minActivationBalance, pending.amount),
                    of: pending.validatorIndex,
                    owner,
                    to: &expected
                )
            }
            expected.processedPartialWithdrawals += 1
        }
    }

    /// Spec: `get_validators_sweep_withdrawals` (capella).
    private func addValidatorsSweepWithdrawals(to expected: inout ExpectedWithdrawals) throws(TransitionError) {
        let function = "get_validators_sweep_withdrawals"
        let epoch = currentEpoch
        let count = UInt64(state.validators.count)
        var index = state.nextWithdrawalValidatorIndex
        for _ in 0..<min(count, preset.maxValidatorsPerWithdrawalsSweep) {
            if expected.withdrawals.count >= preset.maxWithdrawalsPerPayload { return }
            let owner = try validator(index, function)
            let balance = try balanceAfter(expected.withdrawals, index, function)
            if isFullyWithdrawable(owner, balance, epoch) {
                try append(balance, of: index, owner, to: &expected)
            } else if let excess = partiallyWithdrawable(owner, balance) {
                try append(excess, of: index, owner, to: &expected)
            }
            index = (index + 1) % count
        }
    }

    /// Spec: `get_balance_after_withdrawals`.
    private func balanceAfter(
        _ withdrawals: [Withdrawal],
        _ index: ValidatorIndex,
        _ function: String
    ) throws(TransitionError) -> Gwei {
        var left = try balance(index, function)
        for withdrawal in withdrawals where withdrawal.validatorIndex == index {
            left = try left.minus(withdrawal.amount, function)
        }
        return left
    }

    private func append(
        _ amount: Gwei,
        of index: ValidatorIndex,
        _ owner: Validator,
        to expected: inout ExpectedWithdrawals
    ) throws(TransitionError) {
        expected.withdrawals.append(
            Withdrawal(
                index: try state.nextWithdrawalIndex.plus(
                    UInt64(expected.withdrawals.count),
                    "get_expected_withdrawals"
                ),
                validatorIndex: index,
                address: owner.withdrawalCredentials.executionAddress,
                amount: amount
            )
        )
    }

    /// Spec: `update_next_withdrawal_validator_index`.
    private mutating func updateNextWithdrawalValidatorIndex(
        _ withdrawals: [Withdrawal]
    ) throws(TransitionError) {
        let function = "update_next_withdrawal_validator_index"
        let next: ValidatorIndex
        if let last = withdrawals.last, UInt64(withdrawals.count) == preset.maxWithdrawalsPerPayload {
            next = try last.validatorIndex.plus(1, function)
        } else {
            next = try state.nextWithdrawalValidatorIndex.plus(preset.maxValidatorsPerWithdrawalsSweep, function)
        }
        let count = UInt64(state.validators.count)
        try require(count > 0, function, "validators", expected: "at least 1", got: "0")
        state.nextWithdrawalValidatorIndex = next % count
    }
}
