internal import ConsensusTypes
internal import DataAvailability

extension Chain {
    /// Asks after blob data, unless nobody has to keep it any more; how long it took, in nanoseconds.
    func settle(
        _ need: DataRequirement?,
        _ patience: DataPatience
    ) async throws -> (answer: DataAnswer, nanoseconds: UInt64)? {
        guard let need else { return nil }
        var lap = Lap()
        let answer = isBeyondRetention(need) ? .assumed : try await data.settle(need, patience)
        return (answer, lap.lap())
    }

    /// Spec: nobody has to keep data for longer than `MIN_EPOCHS_FOR_DATA_COLUMN_SIDECARS_REQUESTS` (blobs alike).
    private func isBeyondRetention(_ need: DataRequirement) -> Bool {
        // Where time follows blocks there is no present that data could be too old for.
        guard time == .wallClock else { return false }
        let epochs =
            need.fork < .fulu
            ? spec.config.minEpochsForBlobSidecarsRequests : spec.config.minEpochsForDataColumnSidecarsRequests
        let epoch = need.slot / spec.preset.slotsPerEpoch
        let current = choice.snapshot.currentSlot / spec.preset.slotsPerEpoch
        let (oldest, underflow) = current.subtractingReportingOverflow(epochs)
        return !underflow && epoch < oldest
    }

    /// Why what belongs to a block of that slot is not looked at; `nil` where its time is now.
    func outOfTime(_ slot: Slot) -> String? {
        let snapshot = choice.snapshot
        let finalized = snapshot.finalized.epoch.multipliedReportingOverflow(by: spec.preset.slotsPerEpoch)
        guard finalized.overflow || slot > finalized.partialValue else {
            return "slot: expected one after the finalized \(finalized.partialValue), got \(slot)"
        }
        guard time == .wallClock, slot > snapshot.currentSlot else { return nil }
        let latest = presentSlot.addingReportingOverflow(limits.futureSlots)
        guard !latest.overflow, slot > latest.partialValue else { return nil }
        return "slot: expected at most \(latest.partialValue), got \(slot)"
    }
}

extension UInt64 {
    func plusClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
