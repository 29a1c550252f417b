public import ConsensusTypes

extension Transition {
    /// Spec: `process_ptc_window` (gloas).
    public mutating func processPtcWindow() throws(TransitionError) {
        try processPtcWindow(effectiveBalances: allEffectiveBalances())
    }

    mutating func processPtcWindow(effectiveBalances: [Gwei]) throws(TransitionError) {
        let function = "process_ptc_window"
        try requireVectorLengths(function)
        let epoch = try currentEpoch.plus(preset.minSeedLookahead + 1, function)
        let committees = try computePtcs(epoch, effectiveBalances)
        state.ptcWindow.removeFirst(committees.count)
        state.ptcWindow += committees
    }

    /// Spec: `initialize_ptc_window` (gloas).
    public mutating func initializePtcWindow() throws(TransitionError) -> [[ValidatorIndex]] {
        let nobody = [ValidatorIndex](repeating: 0, count: Int(clamping: preset.ptcSize))
        var window = [[ValidatorIndex]](repeating: nobody, count: Int(clamping: preset.slotsPerEpoch))
        let balances = allEffectiveBalances()
        let last = try currentEpoch.plus(preset.minSeedLookahead, "initialize_ptc_window")
        for epoch in currentEpoch...last { window += try computePtcs(epoch, balances) }
        return window
    }

    /// The committees of an epoch's slots.
    private mutating func computePtcs(
        _ epoch: Epoch,
        _ effectiveBalances: [Gwei]
    ) throws(TransitionError) -> [[ValidatorIndex]] {
        let start = try epoch.times(preset.slotsPerEpoch, "compute_ptc")
        let end = try start.plus(preset.slotsPerEpoch, "compute_ptc")
        var committees: [[ValidatorIndex]] = []
        for slot in start..<end { committees.append(try computePtc(slot, effectiveBalances: effectiveBalances)) }
        return committees
    }
}
