public import ConsensusTypes
public import Hashing
internal import SSZ

extension Transition {
    /// Spec: `get_validator_from_deposit`.
    public func getValidatorFromDeposit(
        _ pubkey: BLSPubkey,
        _ withdrawalCredentials: Bytes32,
        _ amount: Gwei
    ) -> Validator {
        var validator = Validator()
        validator.pubkey = pubkey
        validator.withdrawalCredentials = withdrawalCredentials
        validator.activationEligibilityEpoch = farFutureEpoch
        validator.activationEpoch = farFutureEpoch
        validator.exitEpoch = farFutureEpoch
        validator.withdrawableEpoch = farFutureEpoch
        validator.effectiveBalance = min(
            amount - amount % preset.effectiveBalanceIncrement,
            getMaxEffectiveBalance(validator)
        )
        return validator
    }

    /// Spec: `add_validator_to_registry`.
    public mutating func addValidatorToRegistry(
        _ pubkey: BLSPubkey,
        _ withdrawalCredentials: Bytes32,
        _ amount: Gwei
    ) throws(TransitionError) {
        let function = "add_validator_to_registry"
        let count = state.validators.count
        try requireEqual(state.balances.count, count, function, "balances")
        if fork >= .altair {
            try requireEqual(state.previousEpochParticipation.count, count, function, "previous participation")
            try requireEqual(state.currentEpochParticipation.count, count, function, "current participation")
            try requireEqual(state.inactivityScores.count, count, function, "inactivity scores")
            state.previousEpochParticipation.append(0)
            state.currentEpochParticipation.append(0)
            state.inactivityScores.append(0)
        }
        state.validators.append(getValidatorFromDeposit(pubkey, withdrawalCredentials, amount))
        state.balances.append(amount)
    }

    /// Spec: `queue_excess_active_balance` (electra), of a validator that exists.
    mutating func queueExcessActiveBalance(_ index: Int) throws(TransitionError) {
        try require(
            index < state.balances.count && index < state.validators.count,
            "queue_excess_active_balance",
            "balance index",
            expected: "below \(min(state.balances.count, state.validators.count))",
            got: "\(index)"
        )
        let balance = state.balances[index]
        guard balance > preset.minActivationBalance else { return }
        state.balances[index] = preset.minActivationBalance
        let validator = state.validators[index]
        state.pendingDeposits.append(
            PendingDeposit(
                pubkey: validator.pubkey,
                withdrawalCredentials: validator.withdrawalCredentials,
                amount: balance - preset.minActivationBalance,
                signature: .infinity,
                slot: Constants.genesisSlot
            )
        )
    }
}

extension BLSSignature {
    /// Spec: `G2_POINT_AT_INFINITY`.
    static let infinity: BLSSignature = {
        var bytes = BLSSignature()
        bytes.withUnsafeMutableBytes { $0[0] = 0xC0 }
        return bytes
    }()
}
