public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_consolidation_request` (electra).
    ///
    /// Anybody can send one through the execution layer: one that does not apply is passed over, not an error.
    public mutating func processConsolidationRequest(_ request: ConsolidationRequest) throws(TransitionError) {
        let function = "process_consolidation_request"
        if request.sourcePubkey == request.targetPubkey {
            if let index = try switchingToCompounding(request) { try switchToCompoundingValidator(index) }
            return
        }
        guard UInt64(state.pendingConsolidations.count) < preset.pendingConsolidationsLimit,
            try getConsolidationChurnLimit() > preset.minActivationBalance,
            let sourceIndex = validatorIndex(of: request.sourcePubkey),
            let targetIndex = validatorIndex(of: request.targetPubkey)
        else { return }
        let source = try validator(sourceIndex, function)
        let target = try validator(targetIndex, function)
        let epoch = currentEpoch
        guard source.hasExecutionWithdrawalCredential,
            source.withdrawalCredentials.executionAddress == request.sourceAddress,
            target.hasCompoundingWithdrawalCredential,
            source.isActive(epoch),
            target.isActive(epoch),
            source.exitEpoch == farFutureEpoch,
            target.exitEpoch == farFutureEpoch,
            epoch >= (try source.activationEpoch.plus(config.shardCommitteePeriod, function)),
            try getPendingBalanceToWithdraw(sourceIndex) == 0
        else { return }
        let exitEpoch = try computeConsolidationEpochAndUpdateChurn(source.effectiveBalance)
        let withdrawableEpoch = try exitEpoch.plus(config.minValidatorWithdrawabilityDelay, function)
        state.validators.update(at: Int(sourceIndex)) {
            $0.exitEpoch = exitEpoch
            $0.withdrawableEpoch = withdrawableEpoch
        }
        state.pendingConsolidations.append(
            PendingConsolidation(sourceIndex: sourceIndex, targetIndex: targetIndex)
        )
    }

    /// Spec: `is_valid_switch_to_compounding_request`: the validator to switch, `nil` where the request does not apply.
    private mutating func switchingToCompounding(
        _ request: ConsolidationRequest
    ) throws(TransitionError) -> ValidatorIndex? {
        guard let index = validatorIndex(of: request.sourcePubkey) else { return nil }
        let source = try validator(index, "is_valid_switch_to_compounding_request")
        guard source.withdrawalCredentials.executionAddress == request.sourceAddress,
            source.hasEth1WithdrawalCredential,
            source.isActive(currentEpoch),
            source.exitEpoch == farFutureEpoch
        else { return nil }
        return index
    }
}
