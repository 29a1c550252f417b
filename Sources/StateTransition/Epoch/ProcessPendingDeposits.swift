internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_pending_deposits` (electra).
    public mutating func processPendingDeposits() throws(TransitionError) {
        let function = "process_pending_deposits"
        let nextEpoch = try currentEpoch.plus(1, function)
        let available = try state.depositBalanceToConsume.plus(getActivationChurnLimit(), function)
        let finalizedSlot = computeStartSlotAtEpoch(state.finalizedCheckpoint.epoch)
        var processed: Gwei = 0
        var taken = 0
        var postponed: [PendingDeposit] = []
        var isChurnLimitReached = false

        while taken < state.pendingDeposits.count {
            let deposit = state.pendingDeposits[taken]
            // Deposits of the old bridge come first; fulu knows that it is done with.
            if fork < .fulu, deposit.slot > Constants.genesisSlot,
                state.eth1DepositIndex < state.depositRequestsStartIndex
            {
                break
            }
            if deposit.slot > finalizedSlot || UInt64(taken) >= preset.maxPendingDepositsPerEpoch { break }
            let index = validatorIndex(of: deposit.pubkey)
            let owner = try index.map { index throws(TransitionError) in try validator(index, function) }
            if let owner, owner.withdrawableEpoch < nextEpoch {
                // Withdrawn: the balance never becomes active, so it costs no churn.
                try applyPendingDeposit(deposit, to: index)
            } else if let owner, owner.exitEpoch < farFutureEpoch {
                postponed.append(deposit)
            } else {
                let sum = try processed.plus(deposit.amount, function)
                isChurnLimitReached = sum > available
                if isChurnLimitReached { break }
                processed = sum
                try applyPendingDeposit(deposit, to: index)
            }
            taken += 1
        }
        if taken > 0 { state.pendingDeposits.removeFirst(taken) }
        if !postponed.isEmpty { state.pendingDeposits.append(contentsOf: postponed) }
        state.depositBalanceToConsume = isChurnLimitReached ? try available.minus(processed, function) : 0
    }

    /// Spec: `apply_pending_deposit`; `index` is that of the deposit's key in the registry.
    private mutating func applyPendingDeposit(
        _ deposit: PendingDeposit,
        to index: ValidatorIndex?
    ) throws(TransitionError) {
        if let index { return try increaseBalance(index, deposit.amount) }
        // Heze makes no validators any more that have nowhere to withdraw to.
        if fork >= .heze, deposit.withdrawalCredentials.withdrawalPrefix == Constants.blsWithdrawalPrefix { return }
        guard
            isValidDepositSignature(
                deposit.pubkey,
                deposit.withdrawalCredentials,
                deposit.amount,
                deposit.signature
            )
        else { return }
        try addValidatorToRegistry(deposit.pubkey, deposit.withdrawalCredentials, deposit.amount)
    }
}
