public import ConsensusTypes

extension Transition {
    /// Spec: `compute_epoch_at_slot`.
    public func computeEpochAtSlot(_ slot: Slot) -> Epoch { slot / preset.slotsPerEpoch }

    /// Spec: `compute_start_slot_at_epoch`; an epoch past the end of time starts at the last slot.
    public func computeStartSlotAtEpoch(_ epoch: Epoch) -> Slot {
        let (slot, over) = epoch.multipliedReportingOverflow(by: preset.slotsPerEpoch)
        return over ? .max : slot
    }

    /// Spec: `get_current_epoch`.
    public var currentEpoch: Epoch { computeEpochAtSlot(state.slot) }

    /// Spec: `get_previous_epoch`.
    public var previousEpoch: Epoch { currentEpoch == 0 ? 0 : currentEpoch - 1 }

    /// Spec: `compute_activation_exit_epoch`.
    func computeActivationExitEpoch(_ epoch: Epoch) throws(TransitionError) -> Epoch {
        try epoch.plus(1 + preset.maxSeedLookahead, "compute_activation_exit_epoch")
    }
}
