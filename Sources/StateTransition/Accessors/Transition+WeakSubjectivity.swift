public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `compute_weak_subjectivity_period`: for how many epochs a node may trust this state as its anchor.
    public mutating func computeWeakSubjectivityPeriod() throws(TransitionError) -> Epoch {
        let function = "compute_weak_subjectivity_period"
        let delay = config.minValidatorWithdrawabilityDelay
        if fork < .electra { return try delay.plus(epochsForCountedChurn(function), function) }
        let balance = try getTotalActiveBalance()
        let churn: Gwei
        if fork >= .gloas {
            // Exits count for two thirds, activations for one, consolidations whole.
            churn = try (getExitChurnLimit().times(2, function) / 3)
                .plus(getActivationChurnLimit() / 3, function)
                .plus(getConsolidationChurnLimit(), function)
        } else {
            churn = try getBalanceChurnLimit()
        }
        let epochs = try Constants.safetyDecay.times(balance, function).over(churn.times(200, function), function)
        return try delay.plus(epochs, function)
    }

    /// The epochs in which churn counted in validators uses up the safety margin; before electra.
    private mutating func epochsForCountedChurn(_ function: String) throws(TransitionError) -> Epoch {
        let gweiPerEther: Gwei = 1_000_000_000
        let active = UInt64(getActiveValidatorIndices(currentEpoch).count)
        let average = try getTotalActiveBalance().over(active, function) / gweiPerEther
        let most = preset.maxEffectiveBalance / gweiPerEther
        let churn = try getValidatorChurnLimit()
        let topUps = try preset.maxDeposits.times(preset.slotsPerEpoch, function)
        let decay = Constants.safetyDecay

        let reached = try average.times(200 + 12 * decay, function)
        let needed = try most.times(200 + 3 * decay, function)
        if reached > needed {
            let forSet = try active.times(reached - needed, function)
                .over(
                    churn.times(600, function).times(average.times(2, function).plus(most, function), function),
                    function
                )
            let forTopUps = try active.times(200 + 3 * decay, function).over(topUps.times(600, function), function)
            return max(forSet, forTopUps)
        }
        return try active.times(3 * decay, function).times(average, function)
            .over(topUps.times(200, function).times(most.minus(average, function), function), function)
    }

    /// Spec: `is_within_weak_subjectivity_period`; `epoch` is the store's current one.
    ///
    /// Throws where the state is not the checkpoint's.
    public mutating func isWithinWeakSubjectivityPeriod(
        _ checkpoint: Checkpoint,
        at epoch: Epoch
    ) throws(TransitionError) -> Bool {
        let function = "is_within_weak_subjectivity_period"
        try requireEqual(currentEpoch, checkpoint.epoch, function, "epoch of the state")
        try requireEqual(getBlockRoot(checkpoint.epoch), checkpoint.root, function, "root of the checkpoint")
        return try epoch <= currentEpoch.plus(computeWeakSubjectivityPeriod(), function)
    }
}
