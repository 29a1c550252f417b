public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `get_base_reward_per_increment` (altair).
    ///
    /// Kept for an epoch, like the total active balance that it follows from.
    public mutating func getBaseRewardPerIncrement() throws(TransitionError) -> Gwei {
        let epoch = currentEpoch
        if let known = baseRewardPerIncrement, known.epoch == epoch { return known.reward }
        let function = "get_base_reward_per_increment"
        let reward = try preset.effectiveBalanceIncrement.times(preset.baseRewardFactor, function).over(
            getTotalActiveBalance().integerSquareroot,
            function
        )
        baseRewardPerIncrement = (epoch, reward)
        return reward
    }
}
