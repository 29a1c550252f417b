internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_slashings`.
    public mutating func processSlashings() throws(TransitionError) {
        try processSlashings(summarizeRegistry())
    }

    mutating func processSlashings(_ summary: RegistrySummary) throws(TransitionError) {
        let function = "process_slashings"
        let increment = preset.effectiveBalanceIncrement
        let total = try totalBalance(summary.activeBalance, function)
        var slashed: Gwei = 0
        try state.slashings.forEachChunk { (_, chunk) throws(TransitionError) in
            for amount in chunk { slashed = try slashed.plus(amount, function) }
        }
        let adjusted = min(try slashed.times(proportionalSlashingMultiplier, function), total)
        let perIncrement = adjusted / (total / increment)
        for i in summary.slashingsDue {
            let increments = summary.effectiveBalances[i] / increment
            let penalty =
                fork >= .electra
                ? try perIncrement.times(increments, function)
                : try (increments.times(adjusted, function) / total).times(increment, function)
            try decreaseBalance(ValidatorIndex(i), penalty)
        }
    }

    private var proportionalSlashingMultiplier: UInt64 {
        switch fork {
        case .phase0: preset.proportionalSlashingMultiplier
        case .altair: preset.proportionalSlashingMultiplierAltair
        default: preset.proportionalSlashingMultiplierBellatrix
        }
    }

    /// Spec: `process_slashings_reset`.
    public mutating func processSlashingsReset() throws(TransitionError) {
        try requireVectorLengths("process_slashings_reset")
        let next = try currentEpoch.plus(1, "process_slashings_reset")
        let position = Int(next % preset.epochsPerSlashingsVector)
        if state.slashings[position] != 0 { state.slashings[position] = 0 }
    }
}
