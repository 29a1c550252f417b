public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `get_total_active_balance`.
    ///
    /// Who is active and with what effective balance changes only between epochs, so the sum is kept for one.
    public mutating func getTotalActiveBalance() throws(TransitionError) -> Gwei {
        let epoch = currentEpoch
        if let known = totalActiveBalance, known.epoch == epoch { return known.balance }
        let balance = try totalBalance(registryOfEpoch().activeBalance, "get_total_active_balance")
        totalActiveBalance = (epoch, balance)
        return balance
    }

    /// The validator at `index`, or an error of `function` where the registry has none.
    func validator(_ index: ValidatorIndex, _ function: String) throws(TransitionError) -> Validator {
        state.validators[try position(index, in: state.validators.count, function, "validator index")]
    }

    /// The balance at `index`, or an error of `function` where there is none.
    func balance(_ index: ValidatorIndex, _ function: String) throws(TransitionError) -> Gwei {
        state.balances[try balancePosition(index, function)]
    }

    /// Spec: `increase_balance`.
    mutating func increaseBalance(_ index: ValidatorIndex, _ delta: Gwei) throws(TransitionError) {
        let at = try balancePosition(index, "increase_balance")
        state.balances[at] = try state.balances[at].plus(delta, "increase_balance")
    }

    /// Spec: `decrease_balance`.
    mutating func decreaseBalance(_ index: ValidatorIndex, _ delta: Gwei) throws(TransitionError) {
        let at = try balancePosition(index, "decrease_balance")
        state.balances[at] = state.balances[at].saturatingSub(delta)
    }

    private func balancePosition(_ index: ValidatorIndex, _ function: String) throws(TransitionError) -> Int {
        try position(index, in: state.balances.count, function, "balance index")
    }
}
