public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `get_block_root_at_slot`.
    public func getBlockRootAtSlot(_ slot: Slot) throws(TransitionError) -> Root {
        let length = preset.slotsPerHistoricalRoot
        let recent = slot < state.slot && state.slot - slot <= length
        try require(
            recent,
            "get_block_root_at_slot",
            "slot",
            expected: "one of the \(length) before \(state.slot)",
            got: "\(slot)"
        )
        let position = Int(slot % length)
        try require(
            position < state.blockRoots.count,
            "get_block_root_at_slot",
            "block_roots length",
            expected: "\(length)",
            got: "\(state.blockRoots.count)"
        )
        return state.blockRoots[position]
    }

    /// Spec: `get_block_root`.
    public func getBlockRoot(_ epoch: Epoch) throws(TransitionError) -> Root {
        try getBlockRootAtSlot(computeStartSlotAtEpoch(epoch))
    }
}
