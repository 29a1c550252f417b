public import ConsensusTypes
internal import Hashing

extension ForkChoiceStore {
    /// Spec: `compute_time_at_slot_ms`; the end of time where it lies past it.
    public func timeAtSlotMs(_ slot: Slot) -> UInt64 {
        let (since, over) = slot.multipliedReportingOverflow(by: spec.config.slotDurationMs)
        let (time, past) = genesisTimeMs.addingReportingOverflow(since)
        return over || past ? .max : time
    }

    /// Spec: `compute_slot_at_time_ms`; slot 0 before genesis.
    public func slotAtTimeMs(_ time: UInt64) -> Slot {
        time > genesisTimeMs ? (time - genesisTimeMs) / spec.config.slotDurationMs : 0
    }

    /// Spec: `get_current_slot`.
    public var currentSlot: Slot { slotAtTimeMs(timeMs) }

    /// Spec: `get_current_store_epoch`.
    public var currentEpoch: Epoch { epoch(of: currentSlot) }

    /// Spec: `get_time_into_slot_ms`.
    var timeIntoSlotMs: UInt64 {
        let start = timeAtSlotMs(currentSlot)
        return timeMs > start ? timeMs - start : 0
    }

    func epoch(of slot: Slot) -> Epoch { slot / spec.preset.slotsPerEpoch }

    func startSlot(of epoch: Epoch) -> Slot {
        let (slot, over) = epoch.multipliedReportingOverflow(by: spec.preset.slotsPerEpoch)
        return over ? .max : slot
    }

    /// Spec: `get_slot_component_duration_ms`.
    func slotComponentDurationMs(_ basisPoints: UInt64) -> UInt64 {
        let (product, over) = basisPoints.multipliedReportingOverflow(by: spec.config.slotDurationMs)
        return over ? .max : product / 10_000
    }

    /// Spec: `on_tick`.
    ///
    /// Time only goes forward: an earlier time is let pass. Epochs in which nothing happens are stepped over, because
    /// only the first slot of an epoch and of the last slot have an effect.
    public mutating func onTick(_ time: UInt64) {
        guard time > timeMs else { return }
        let target = slotAtTimeMs(time)
        if currentSlot < target {
            // The checkpoints are pulled up at each epoch's first slot, but pulling up twice changes nothing.
            let boundary = startSlot(of: epoch(of: target))
            if boundary > currentSlot { onTickPerSlot(timeAtSlotMs(boundary)) }
            if currentSlot < target { onTickPerSlot(timeAtSlotMs(target)) }
        }
        onTickPerSlot(time)
    }

    /// Spec: `on_tick_per_slot`.
    private mutating func onTickPerSlot(_ time: UInt64) {
        let previous = currentSlot
        timeMs = time
        guard currentSlot > previous else { return }
        proposerBoostRoot = Root()
        forgetPastSlots()
        if currentSlot % spec.preset.slotsPerEpoch == 0 {
            updateCheckpoints(unrealizedJustifiedCheckpoint, unrealizedFinalizedCheckpoint)
        }
    }

    /// For how many slots it is remembered what a committee said of a payload: the slot behind its block decides by it.
    static let payloadVoteSlots: UInt64 = 64

    /// Drops what only the last slots' questions need.
    private mutating func forgetPastSlots() {
        let current = currentSlot
        slotCommittees = slotCommittees.filter { entry in
            find(entry.key).map { nodes[$0].slot &+ 1 >= current } ?? false
        }
        payloadVotes = payloadVotes.filter { entry in
            find(entry.key).map { nodes[$0].slot &+ Self.payloadVoteSlots >= current } ?? false
        }
        // What decides between ways on from them was not there before.
        for position in branches.takeSlots(before: current.minusClamped(1))
        where nodes[Int(position)].hasSeparatePayload {
            markDirty(Int(position))
        }
        inclusionLists.prune(before: current.minusClamped(spec.config.minSlotsForInclusionListsRequests))
    }

    /// Spec: `update_checkpoints`.
    mutating func updateCheckpoints(_ justified: Checkpoint, _ finalized: Checkpoint) {
        if justified.epoch > justifiedCheckpoint.epoch {
            justifiedCheckpoint = justified
            // What is not later can never become justified. Without finality, epochs would pile up here.
            balances = balances.filter { $0.key.epoch >= justified.epoch }
        }
        if finalized.epoch > finalizedCheckpoint.epoch {
            finalizedCheckpoint = finalized
            markFinalizedBranches()
        }
    }

    /// Spec: `update_unrealized_checkpoints`.
    mutating func updateUnrealizedCheckpoints(_ justified: Checkpoint, _ finalized: Checkpoint) {
        if justified.epoch > unrealizedJustifiedCheckpoint.epoch { unrealizedJustifiedCheckpoint = justified }
        if finalized.epoch > unrealizedFinalizedCheckpoint.epoch { unrealizedFinalizedCheckpoint = finalized }
    }
}
