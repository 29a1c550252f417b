internal import ConsensusTypes

/// When a message may come: the clocks of honest nodes differ by `MAXIMUM_GOSSIP_CLOCK_DISPARITY` at most.
extension GossipJudge {
    func epoch(of slot: Slot) -> Epoch { slot / preset.slotsPerEpoch }

    /// Spec: `compute_start_slot_at_epoch`; an epoch past the end of time starts at the last slot.
    func startSlot(of epoch: Epoch) -> Slot { saturatingProduct(epoch, preset.slotsPerEpoch) }

    /// Spec: `compute_time_at_slot_ms`; the end of time where it lies past it.
    private func timeAtSlotMs(_ slot: Slot) -> UInt64 {
        saturatingSum(chain.genesisTimeMs, saturatingProduct(slot, config.slotDurationMs))
    }

    private var latestTimeMs: UInt64 { saturatingSum(timeMs, config.maximumGossipClockDisparity) }

    /// Spec: `is_future_slot`.
    func isFutureSlot(_ slot: Slot) -> Bool { latestTimeMs < timeAtSlotMs(slot) }

    /// Spec: `is_past_slot` (gloas).
    func isPastSlot(_ slot: Slot) -> Bool {
        timeMs > saturatingSum(timeAtSlotMs(slot), config.maximumGossipClockDisparity)
    }

    /// Spec: `is_within_slot_range`: now is in one of the slots from `slot` to `range` behind it.
    func isWithinSlotRange(_ slot: Slot, _ range: UInt64) -> Bool {
        let end = timeAtSlotMs(saturatingSum(saturatingSum(slot, range), 1))
        return !isFutureSlot(slot) && timeMs <= saturatingSum(end, config.maximumGossipClockDisparity)
    }

    /// Spec: `is_current_slot` (altair).
    func isCurrentSlot(_ slot: Slot) -> Bool { isWithinSlotRange(slot, 0) }

    /// Spec: `is_within_epoch` (deneb).
    private func isWithinEpoch(_ epoch: Epoch) -> Bool {
        isWithinSlotRange(startSlot(of: epoch), preset.slotsPerEpoch - 1)
    }

    /// Spec: `is_current_or_previous_epoch` (deneb).
    func isCurrentOrPreviousEpoch(_ epoch: Epoch) -> Bool {
        isWithinEpoch(epoch) || isWithinEpoch(saturatingSum(epoch, 1))
    }

    /// Spec: `is_future_epoch`.
    func isFutureEpoch(_ epoch: Epoch) -> Bool {
        let genesis = chain.genesisTimeMs
        let slot = latestTimeMs > genesis ? (latestTimeMs - genesis) / config.slotDurationMs : 0
        return self.epoch(of: slot) < epoch
    }
}

private func saturatingSum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (sum, over) = a.addingReportingOverflow(b)
    return over ? .max : sum
}

private func saturatingProduct(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (product, over) = a.multipliedReportingOverflow(by: b)
    return over ? .max : product
}
