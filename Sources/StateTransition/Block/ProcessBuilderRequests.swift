public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_builder_deposit_request` (gloas).
    ///
    /// Anybody can send one through the execution layer: one that does not apply is passed over, not an error.
    public mutating func processBuilderDepositRequest(_ request: BuilderDepositRequest) throws(TransitionError) {
        let function = "process_builder_deposit_request"
        guard isBuilderWithdrawalCredential(request.withdrawalCredentials) else { return }
        guard let index = builderIndex(of: request.pubkey) else {
            guard isValidBuilderDepositSignature(request) else { return }
            addBuilderToRegistry(
                request.pubkey,
                version: Constants.payloadBuilderVersion,
                request.withdrawalCredentials.executionAddress,
                request.amount,
                slot: state.slot
            )
            return
        }
        var known = try builder(index, function)
        // Who left and was paid out gets the new balance back, in time.
        if known.withdrawableEpoch != farFutureEpoch, known.balance == 0 {
            known.withdrawableEpoch = try currentEpoch.plus(config.minBuilderWithdrawabilityDelay, function)
        }
        known.balance = try known.balance.plus(request.amount, function)
        state.builders[Int(index)] = known
    }

    /// Spec: `process_builder_exit_request` (gloas).
    ///
    /// Anybody can send one through the execution layer: one that does not apply is passed over, not an error.
    public mutating func processBuilderExitRequest(_ request: BuilderExitRequest) throws(TransitionError) {
        guard let index = builderIndex(of: request.pubkey),
            try isActiveBuilder(index),
            try builder(index, "process_builder_exit_request").executionAddress == request.sourceAddress,
            try getPendingBalanceToWithdrawForBuilder(index) == 0
        else { return }
        try initiateBuilderExit(index)
    }

    /// Spec: `is_valid_builder_deposit_signature` (gloas).
    ///
    /// Decides what a request does, not whether its block is valid, so it is verified on the spot whatever the policy.
    public func isValidBuilderDepositSignature(_ request: BuilderDepositRequest) -> Bool {
        let message = DepositMessage(
            pubkey: request.pubkey,
            withdrawalCredentials: request.withdrawalCredentials,
            amount: request.amount
        )
        let claim = SignatureClaim(
            function: "is_valid_builder_deposit_signature",
            pubkeys: [request.pubkey],
            message: computeSigningRoot(message, spec.computeDomain(.builderDeposit)),
            signature: request.signature
        )
        return (try? claim.verify(caches: caches)) != nil
    }
}
