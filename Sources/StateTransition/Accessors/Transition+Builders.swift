public import ConsensusTypes
public import Hashing
internal import SSZ

/// Spec: `is_builder_index` (gloas).
public func isBuilderIndex(_ validatorIndex: ValidatorIndex) -> Bool {
    validatorIndex & Constants.builderIndexFlag != 0
}

/// Spec: `convert_builder_index_to_validator_index` (gloas).
public func convertBuilderIndexToValidatorIndex(_ builderIndex: BuilderIndex) -> ValidatorIndex {
    builderIndex | Constants.builderIndexFlag
}

/// Spec: `convert_validator_index_to_builder_index` (gloas).
public func convertValidatorIndexToBuilderIndex(_ validatorIndex: ValidatorIndex) -> BuilderIndex {
    validatorIndex & ~Constants.builderIndexFlag
}

/// Spec: `is_builder_withdrawal_credential` (gloas).
public func isBuilderWithdrawalCredential(_ credentials: Bytes32) -> Bool {
    credentials.withdrawalPrefix == Constants.builderWithdrawalPrefix
}

extension Transition {
    /// The builder at `index`, or an error of `function` where the registry has none.
    func builder(_ index: BuilderIndex, _ function: String) throws(TransitionError) -> Builder {
        state.builders[try builderPosition(index, function)]
    }

    /// Where the builder at `index` stands, or an error of `function` where the registry has none.
    func builderPosition(_ index: BuilderIndex, _ function: String) throws(TransitionError) -> Int {
        try position(index, in: state.builders.count, function, "builder index")
    }

    /// The first builder with this key.
    ///
    /// A pass over the registry, not a table: an index may pass to another builder, and who asks verifies a signature
    /// or pays for a request, which costs more than a pass over all the builders there are.
    public func builderIndex(of pubkey: BLSPubkey) -> BuilderIndex? {
        firstBuilder { $0.pubkey == pubkey }
    }

    /// Spec: `get_index_for_new_builder` (gloas): that of the first who left and was paid out, else the next free one.
    public func getIndexForNewBuilder() -> BuilderIndex {
        let epoch = currentEpoch
        return firstBuilder { $0.withdrawableEpoch <= epoch && $0.balance == 0 } ?? BuilderIndex(state.builders.count)
    }

    private func firstBuilder(where matches: (borrowing Builder) -> Bool) -> BuilderIndex? {
        var found: BuilderIndex?
        state.builders.forEachChunk { first, chunk in
            guard found == nil else { return }
            for i in chunk.indices where matches(chunk[i]) {
                found = BuilderIndex(first + i)
                return
            }
        }
        return found
    }

    /// Spec: `is_active_builder` (gloas).
    public func isActiveBuilder(_ index: BuilderIndex) throws(TransitionError) -> Bool {
        let builder = try builder(index, "is_active_builder")
        return builder.depositEpoch < state.finalizedCheckpoint.epoch && builder.withdrawableEpoch == farFutureEpoch
    }

    /// Spec: `get_pending_balance_to_withdraw_for_builder` (gloas).
    public func getPendingBalanceToWithdrawForBuilder(_ index: BuilderIndex) throws(TransitionError) -> Gwei {
        let function = "get_pending_balance_to_withdraw_for_builder"
        var sum: Gwei = 0
        try state.builderPendingWithdrawals.forEachChunk { (_, chunk) throws(TransitionError) in
            for withdrawal in chunk where withdrawal.builderIndex == index {
                sum = try sum.plus(withdrawal.amount, function)
            }
        }
        for payment in state.builderPendingPayments where payment.withdrawal.builderIndex == index {
            sum = try sum.plus(payment.withdrawal.amount, function)
        }
        return sum
    }

    /// Spec: `can_builder_cover_bid` (gloas).
    public func canBuilderCoverBid(_ index: BuilderIndex, _ amount: Gwei) throws(TransitionError) -> Bool {
        let function = "can_builder_cover_bid"
        let balance = try builder(index, function).balance
        let kept = try preset.minDepositAmount.plus(getPendingBalanceToWithdrawForBuilder(index), function)
        return balance >= kept && balance - kept >= amount
    }

    /// Where the payment for the payload of `slot` stands in `builder_pending_payments`.
    ///
    /// The list has the slots of the previous epoch, then those of the current one; `nil` for other slots.
    func builderPaymentPosition(_ slot: Slot) -> Int? {
        let epoch = computeEpochAtSlot(slot)
        let place = slot % preset.slotsPerEpoch
        if epoch == currentEpoch { return Int(preset.slotsPerEpoch + place) }
        return epoch == previousEpoch ? Int(place) : nil
    }
}
