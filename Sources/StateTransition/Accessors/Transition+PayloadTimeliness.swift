public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `get_ptc` (gloas): those who attest to the payload of `slot`, some perhaps more than once.
    public func getPtc(_ slot: Slot) throws(TransitionError) -> [ValidatorIndex] {
        let function = "get_ptc"
        let epoch = computeEpochAtSlot(slot)
        let oldest = max(config.gloasForkEpoch, previousEpoch)
        // The window has the previous epoch first; genesis has none before it, and its place stays empty.
        let newest = try currentEpoch.plus(preset.minSeedLookahead, function)
        try require(
            epoch >= oldest && epoch <= newest,
            function,
            "epoch of slot \(slot)",
            expected: "one from \(oldest) to \(newest)",
            got: "\(epoch)"
        )
        let row = epoch + 1 - currentEpoch
        let position = Int(row * preset.slotsPerEpoch + slot % preset.slotsPerEpoch)
        try require(
            position < state.ptcWindow.count,
            function,
            "ptc_window length",
            expected: "above \(position)",
            got: "\(state.ptcWindow.count)"
        )
        return state.ptcWindow[position]
    }

    /// Spec: `compute_ptc` (gloas).
    public mutating func computePtc(_ slot: Slot) throws(TransitionError) -> [ValidatorIndex] {
        try computePtc(slot, effectiveBalances: [])
    }

    /// The same, with the effective balances of the registry at hand: a slot asks for those of a whole slot's members.
    mutating func computePtc(_ slot: Slot, effectiveBalances: [Gwei]) throws(TransitionError) -> [ValidatorIndex] {
        let epoch = computeEpochAtSlot(slot)
        return try sampleByEffectiveBalance(
            shuffling(epoch).members(slot: slot),
            seed: SHA256.hash(getSeed(epoch, .ptcAttester).bytes + littleEndianBytes(slot)),
            count: Int(clamping: preset.ptcSize),
            shuffled: false,
            balances: effectiveBalances,
            "compute_ptc"
        )
    }
}
