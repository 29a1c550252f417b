internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `upgrade_to_electra`.
    mutating func upgradeToElectra() throws(TransitionError) {
        let function = "upgrade_to_electra"
        enter(.electra)
        let activationExitEpoch = try computeActivationExitEpoch(currentEpoch)
        var lastExitEpoch = activationExitEpoch
        var preActivation: [(eligible: Epoch, index: Int)] = []
        var compounding: [Int] = []
        state.validators.forEachChunk { first, chunk in
            for (offset, validator) in chunk.enumerated() {
                if validator.exitEpoch != farFutureEpoch { lastExitEpoch = max(lastExitEpoch, validator.exitEpoch) }
                if validator.activationEpoch == farFutureEpoch {
                    preActivation.append((validator.activationEligibilityEpoch, first + offset))
                }
                if validator.hasCompoundingWithdrawalCredential { compounding.append(first + offset) }
            }
        }
        state.depositRequestsStartIndex = Constants.unsetDepositRequestsStartIndex
        state.depositBalanceToConsume = 0
        state.earliestExitEpoch = try lastExitEpoch.plus(1, function)
        state.earliestConsolidationEpoch = activationExitEpoch
        state.exitBalanceToConsume = try getExitChurnLimit()
        state.consolidationBalanceToConsume = try getConsolidationChurnLimit()
        state.pendingDeposits.removeAll()
        state.pendingPartialWithdrawals.removeAll()
        state.pendingConsolidations.removeAll()

        // Who waits for activation pays in anew, in the order of the old queue.
        preActivation.sort { $0 < $1 }
        for (_, index) in preActivation { try requeueDeposit(of: index) }
        for index in compounding { try queueExcessActiveBalance(ValidatorIndex(index)) }
        totalActiveBalance = nil
    }

    /// Turns the balance of a validator that waits for activation into a pending deposit.
    private mutating func requeueDeposit(of index: Int) throws(TransitionError) {
        try require(
            index < state.balances.count,
            "upgrade_to_electra",
            "balances length",
            expected: "above \(index)",
            got: "\(state.balances.count)"
        )
        let balance = state.balances[index]
        let validator = state.validators[index]
        state.balances[index] = 0
        state.validators.update(at: index) {
            $0.effectiveBalance = 0
            $0.activationEligibilityEpoch = farFutureEpoch
        }
        state.pendingDeposits.append(
            PendingDeposit(
                pubkey: validator.pubkey,
                withdrawalCredentials: validator.withdrawalCredentials,
                amount: balance,
                signature: .infinity,
                slot: Constants.genesisSlot
            )
        )
    }
}
