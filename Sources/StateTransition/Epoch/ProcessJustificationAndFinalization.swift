internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_justification_and_finalization`.
    ///
    /// Changes the justification bits and the three checkpoints only: on a copy of a transition it tells what a block's
    /// epoch would justify if it ended now, as fork choice asks for every block.
    public mutating func processJustificationAndFinalization() throws(TransitionError) {
        guard currentEpoch > Constants.genesisEpoch + 1 else { return }
        // A slashing of this epoch takes a vote away, and the shared registry does not know of it.
        var summary = try hasSlashedThisEpoch ? summarizeRegistry() : registryOfEpoch()
        guard fork >= .altair else {
            try summarizeParticipation(&summary)
            return try processJustificationAndFinalization(summary)
        }
        let balances = try targetBalances(summary)
        let function = "process_justification_and_finalization"
        try weighJustificationAndFinalization(
            totalActiveBalance: totalBalance(summary.activeBalance, function),
            previousEpochTargetBalance: totalBalance(balances.previous, function),
            currentEpochTargetBalance: totalBalance(balances.current, function)
        )
    }

    mutating func processJustificationAndFinalization(_ summary: RegistrySummary) throws(TransitionError) {
        let function = "process_justification_and_finalization"
        guard currentEpoch > Constants.genesisEpoch + 1 else { return }
        try weighJustificationAndFinalization(
            totalActiveBalance: totalBalance(summary.activeBalance, function),
            previousEpochTargetBalance: totalBalance(
                summary.previousBalances[Constants.timelyTargetFlagIndex],
                function
            ),
            currentEpochTargetBalance: totalBalance(summary.currentTargetBalance, function)
        )
    }

    /// Spec: `weigh_justification_and_finalization`.
    mutating func weighJustificationAndFinalization(
        totalActiveBalance: Gwei,
        previousEpochTargetBalance: Gwei,
        currentEpochTargetBalance: Gwei
    ) throws(TransitionError) {
        let function = "weigh_justification_and_finalization"
        let current = currentEpoch
        let oldPrevious = state.previousJustifiedCheckpoint
        let oldCurrent = state.currentJustifiedCheckpoint
        let length = Constants.justificationBitsLength
        try requireEqual(state.justificationBits.count, length, function, "justification_bits length")

        // The newest epoch is bit 0.
        var bits = [false] + (0..<length - 1).map { state.justificationBits[$0] }
        state.previousJustifiedCheckpoint = oldCurrent
        let twoThirds = try totalActiveBalance.times(2, function)
        if try previousEpochTargetBalance.times(3, function) >= twoThirds {
            state.currentJustifiedCheckpoint = Checkpoint(epoch: previousEpoch, root: try getBlockRoot(previousEpoch))
            bits[1] = true
        }
        if try currentEpochTargetBalance.times(3, function) >= twoThirds {
            state.currentJustifiedCheckpoint = Checkpoint(epoch: current, root: try getBlockRoot(current))
            bits[0] = true
        }
        state.justificationBits = Bitvector(bits)

        // The checkpoint, how old it must be, and the epochs that must all be justified from it on.
        let rules: [(source: Checkpoint, age: UInt64, epochs: Range<Int>)] = [
            (oldPrevious, 3, 1..<4), (oldPrevious, 2, 1..<3), (oldCurrent, 2, 0..<3), (oldCurrent, 1, 0..<2),
        ]
        for rule in rules where bits[rule.epochs].allSatisfy({ $0 }) {
            if try rule.source.epoch.plus(rule.age, function) == current { state.finalizedCheckpoint = rule.source }
        }
    }

    /// Spec: `get_finality_delay`.
    func getFinalityDelay() throws(TransitionError) -> UInt64 {
        try previousEpoch.minus(state.finalizedCheckpoint.epoch, "get_finality_delay")
    }

    /// Spec: `is_in_inactivity_leak`.
    func isInInactivityLeak() throws(TransitionError) -> Bool {
        try getFinalityDelay() > preset.minEpochsToInactivityPenalty
    }
}
