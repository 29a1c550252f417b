public import ConsensusTypes
internal import SSZ

/// Spec: `ExpectedWithdrawals`: what a payload must pay out, and how far that empties the queues.
public struct ExpectedWithdrawals: Sendable {
    public var withdrawals: [Withdrawal] = []
    /// Entries of the queue of builders' payments that are paid out.
    public var processedBuilderWithdrawals = 0
    /// Entries of the partial withdrawal queue that are dealt with, paid out or not.
    public var processedPartialWithdrawals = 0
    /// Builders that the sweep has passed.
    public var processedBuildersSweep: UInt64 = 0
}

extension Transition {
    /// Spec: `process_withdrawals` (capella).
    ///
    /// Since gloas there is no payload yet: what it must pay out is written into the state, and taken off at once.
    public mutating func processWithdrawals(_ payload: ExecutionPayload? = nil) throws(TransitionError) {
        let function = "process_withdrawals"
        if fork >= .gloas, state.latestBlockHash != state.latestExecutionPayloadBid.blockHash {
            // After an empty parent the withdrawals that it left over are still to be paid out.
            return
        }
        let expected = try getExpectedWithdrawals()
        let withdrawals = expected.withdrawals
        if fork < .gloas {
            guard let payload else { throw TransitionError(function, "payload", expected: "one", got: "none") }
            try requireWithdrawals(payload.withdrawals, withdrawals, function)
        }
        for withdrawal in withdrawals { try apply(withdrawal) }
        if let last = withdrawals.last {
            state.nextWithdrawalIndex = try last.index.plus(1, "update_next_withdrawal_index")
        }
        if fork >= .gloas {
            state.payloadExpectedWithdrawals = withdrawals
            state.builderPendingWithdrawals.removeFirst(expected.processedBuilderWithdrawals)
            try updateNextWithdrawalBuilderIndex(expected.processedBuildersSweep)
        }
        if expected.processedPartialWithdrawals > 0 {
            state.pendingPartialWithdrawals.removeFirst(expected.processedPartialWithdrawals)
        }
        try updateNextWithdrawalValidatorIndex(withdrawals)
    }

    /// Throws unless a payload pays out what it must.
    func requireWithdrawals(
        _ got: [Withdrawal],
        _ expected: [Withdrawal],
        _ function: String
    ) throws(TransitionError) {
        try requireEqual(got.count, expected.count, function, "withdrawals count")
        for (position, (got, wanted)) in zip(got, expected).enumerated() {
            try requireEqual(got, wanted, function, "withdrawals[\(position)]")
        }
    }

    /// Spec: `apply_withdrawals`, of one.
    private mutating func apply(_ withdrawal: Withdrawal) throws(TransitionError) {
        guard fork >= .gloas, isBuilderIndex(withdrawal.validatorIndex) else {
            return try decreaseBalance(withdrawal.validatorIndex, withdrawal.amount)
        }
        let index = convertValidatorIndexToBuilderIndex(withdrawal.validatorIndex)
        let position = try builderPosition(index, "apply_withdrawals")
        state.builders.update(at: position) { $0.balance = $0.balance.saturatingSub(withdrawal.amount) }
    }

    /// Spec: `get_expected_withdrawals` (capella).
    public func getExpectedWithdrawals() throws(TransitionError) -> ExpectedWithdrawals {
        var expected = ExpectedWithdrawals()
        if fork >= .gloas { try addBuilderWithdrawals(to: &expected) }
        if fork >= .electra { try addPendingPartialWithdrawals(to: &expected) }
        if fork >= .gloas { try addBuildersSweepWithdrawals(to: &expected) }
        try addValidatorsSweepWithdrawals(to: &expected)
        return expected
    }

    /// Spec: `get_pending_partial_withdrawals` (electra).
    private func addPendingPartialWithdrawals(to expected: inout ExpectedWithdrawals) throws(TransitionError) {
        let function = "get_pending_partial_withdrawals"
        let epoch = currentEpoch
        let limit = min(
            expected.withdrawals.count + Int(preset.maxPendingPartialsPerWithdrawalsSweep),
            withdrawalsBeforeSweep
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
                    to: owner.withdrawalCredentials.executionAddress,
                    &expected
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
                try append(balance, of: index, to: owner.withdrawalCredentials.executionAddress, &expected)
            } else if let excess = partiallyWithdrawable(owner, balance) {
                try append(excess, of: index, to: owner.withdrawalCredentials.executionAddress, &expected)
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

    /// Adds a withdrawal under the next number.
    func append(
        _ amount: Gwei,
        of index: ValidatorIndex,
        to address: ExecutionAddress,
        _ expected: inout ExpectedWithdrawals
    ) throws(TransitionError) {
        expected.withdrawals.append(
            Withdrawal(
                index: try state.nextWithdrawalIndex.plus(
                    UInt64(expected.withdrawals.count),
                    "get_expected_withdrawals"
                ),
                validatorIndex: index,
                address: address,
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
