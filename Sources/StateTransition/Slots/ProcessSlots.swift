public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Slots that one call of `processSlots` may cross: more than a year of mainnet.
    ///
    /// A block from the far future must not keep a core busy for ever; the specification leaves that to fork choice,
    /// which refuses blocks from beyond the clock.
    public static let slotLimit: UInt64 = 1 << 22

    /// Spec: `process_slots`, with the upgrade to the next fork where its epoch begins.
    public mutating func processSlots(_ slot: Slot) throws(TransitionError) {
        let function = "process_slots"
        try require(
            state.slot < slot && slot - state.slot <= Transition.slotLimit,
            function,
            "slot",
            expected: "at most \(Transition.slotLimit) after \(state.slot)",
            got: "\(slot)"
        )
        while state.slot < slot {
            try processSlot()
            // The target is above, so neither sum can overflow.
            if (state.slot + 1) % preset.slotsPerEpoch == 0 {
                try processEpoch()
                state.slot += 1
                keepNextRegistry()
                try upgradeIfDue()
                forgetOldShufflings()
            } else {
                state.slot += 1
            }
        }
    }

    /// Spec: `process_slot`.
    public mutating func processSlot() throws(TransitionError) {
        try requireVectorLengths("process_slot")
        let position = Int(state.slot % preset.slotsPerHistoricalRoot)
        let stateRoot = stateRoot()
        state.stateRoots[position] = stateRoot
        if state.latestBlockHeader.stateRoot == .zero { state.latestBlockHeader.stateRoot = stateRoot }
        state.blockRoots[position] = state.latestBlockHeader.hashTreeRoot(in: context)
        if fork >= .gloas {
            // Nobody has seen the next slot's payload yet.
            state.executionPayloadAvailability[(position + 1) % state.executionPayloadAvailability.count] = false
        }
    }

    private mutating func forgetOldShufflings() {
        let oldest = previousEpoch
        if shufflings.contains(where: { $0.key < oldest }) { shufflings = shufflings.filter { $0.key >= oldest } }
    }
}
