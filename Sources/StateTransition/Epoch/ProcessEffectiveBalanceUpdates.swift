internal import ConsensusTypes
internal import Locking
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
        let known = summary
        let ranges = cores.ranges(known.count, grain: Self.grain)
        let sums = cores.map(count: ranges.count) { part in
            var sum: UInt128 = 0
            for i in ranges[part] where known.marks[i].contains(.activeNext) {
                sum &+= UInt128(known.effectiveBalances[i])
            }
            return sum
        }
        let sum = sums.reduce(0, &+)
        let function = "get_total_active_balance"
        let next = try currentEpoch.plus(1, function)
        if let balance = try? totalBalance(sum, function) { totalActiveBalance = (next, balance) }
        // Nobody is activated or leaves earlier than this many epochs ahead: what the marks say of the epochs before holds.
        nextRegistry = preset.maxSeedLookahead >= 2 ? (next, known.ofNextEpoch(activeBalance: sum)) : nil
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
        for (index, balance) in try balancesOutsideTheirBand(effectiveBalances) {
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

    /// The validators whose balance is so far from the effective one that this follows, ascending.
    private func balancesOutsideTheirBand(
        _ effectiveBalances: [Gwei]
    ) throws(TransitionError) -> [(index: Int, balance: Gwei)] {
        let function = "process_effective_balance_updates"
        let hysteresis = try preset.effectiveBalanceIncrement.over(preset.hysteresisQuotient, function)
        let downward = try hysteresis.times(preset.hysteresisDownwardMultiplier, function)
        let upward = try hysteresis.times(preset.hysteresisUpwardMultiplier, function)
        let balances = state.balances
        let ranges = cores.ranges(state.validators.count, grain: Self.grain)
        let outside = try cores.map(count: ranges.count) { (part) throws(TransitionError) in
            var outside: [(index: Int, balance: Gwei)] = []
            try balances.forEachChunk(in: ranges[part]) { (first, chunk) throws(TransitionError) in
                for offset in chunk.indices {
                    let balance = chunk[offset]
                    let effective = effectiveBalances[first + offset]
                    var isOutside = try balance.plus(downward, function) < effective
                    if !isOutside { isOutside = try effective.plus(upward, function) < balance }
                    if isOutside { outside.append((first + offset, balance)) }
                }
            }
            return outside
        }
        return Array(outside.joined())
    }
}
