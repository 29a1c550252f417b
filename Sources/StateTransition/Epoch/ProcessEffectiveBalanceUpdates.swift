internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_effective_balance_updates`.
    public mutating func processEffectiveBalanceUpdates() throws(TransitionError) {
        var effectiveBalances = allEffectiveBalances()
        try updateEffectiveBalances(&effectiveBalances)
    }

    /// The effective balances of the registry as it is now, by validator index.
    func allEffectiveBalances() -> [Gwei] {
        var balances: [Gwei] = []
        balances.reserveCapacity(state.validators.count)
        state.validators.forEachChunk { _, chunk in
            for validator in chunk { balances.append(validator.effectiveBalance) }
        }
        return balances
    }

    mutating func processEffectiveBalanceUpdates(_ summary: inout RegistrySummary) throws(TransitionError) {
        try updateEffectiveBalances(&summary.effectiveBalances)
        // What is active next, and with what, is known now: the next epoch need not walk the registry for it.
        var sum: UInt128 = 0
        for i in summary.marks.indices where summary.marks[i].contains(.activeNext) {
            sum &+= UInt128(summary.effectiveBalances[i])
        }
        let function = "get_total_active_balance"
        if let balance = try? totalBalance(sum, function) {
            totalActiveBalance = (try currentEpoch.plus(1, function), balance)
        }
    }

    /// Updates the registry, and `effectiveBalances`, which holds those of its first validators or of all.
    private mutating func updateEffectiveBalances(_ effectiveBalances: inout [Gwei]) throws(TransitionError) {
        let function = "process_effective_balance_updates"
        let count = state.validators.count
        try require(
            state.balances.count >= count,
            function,
            "balances length",
            expected: "at least \(count)",
            got: "\(state.balances.count)"
        )
        for i in effectiveBalances.count..<max(count, effectiveBalances.count) {
            effectiveBalances.append(state.validators[i].effectiveBalance)
        }
        let hysteresis = try preset.effectiveBalanceIncrement.over(preset.hysteresisQuotient, function)
        let downward = try hysteresis.times(preset.hysteresisDownwardMultiplier, function)
        let upward = try hysteresis.times(preset.hysteresisUpwardMultiplier, function)
        var outside: [(index: Int, balance: Gwei)] = []
        try state.balances.forEachChunk { (first, chunk) throws(TransitionError) in
            for offset in chunk.indices where first + offset < count {
                let balance = chunk[offset]
                let effective = effectiveBalances[first + offset]
                var isOutside = try balance.plus(downward, function) < effective
                if !isOutside { isOutside = try effective.plus(upward, function) < balance }
                if isOutside { outside.append((first + offset, balance)) }
            }
        }
        for (index, balance) in outside {
            let updated = min(
                balance - balance % preset.effectiveBalanceIncrement,
                getMaxEffectiveBalance(state.validators[index])
            )
            // Who is above the maximum stays outside the band for ever and does not change.
            if updated == effectiveBalances[index] { continue }
            effectiveBalances[index] = updated
            state.validators.update(at: index) { $0.effectiveBalance = updated }
        }
        totalActiveBalance = nil
    }
}
