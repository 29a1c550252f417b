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

    /// Spec: `is_valid_deposit_signature`.
    ///
    /// Decides what a deposit does, not whether its block is valid, so it is verified on the spot whatever the policy.
    public func isValidDepositSignature(
        _ pubkey: BLSPubkey,
        _ withdrawalCredentials: Bytes32,
        _ amount: Gwei,
        _ signature: BLSSignature
    ) -> Bool {
        if signatures.believesDeposits { return true }
        let message = DepositMessage(pubkey: pubkey, withdrawalCredentials: withdrawalCredentials, amount: amount)
        let claim = SignatureClaim(
            function: "is_valid_deposit_signature",
            pubkeys: [pubkey],
            message: computeSigningRoot(message, spec.computeDomain(.deposit)),
            signature: signature
        )
        return (try? claim.verify(caches: caches)) != nil
    }
}
