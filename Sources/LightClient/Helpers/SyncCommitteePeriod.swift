public import ConsensusTypes

extension ChainSpec {
    /// Spec: `compute_epoch_at_slot`.
    func epoch(at slot: Slot) -> Epoch { slot / preset.slotsPerEpoch }

    /// Spec: `compute_sync_committee_period`.
    public func computeSyncCommitteePeriod(_ epoch: Epoch) -> UInt64 { epoch / preset.epochsPerSyncCommitteePeriod }

    /// Spec: `compute_sync_committee_period_at_slot`.
    public func computeSyncCommitteePeriodAtSlot(_ slot: Slot) -> UInt64 {
        computeSyncCommitteePeriod(epoch(at: slot))
    }

    /// The fork whose light client containers are in use at `slot`: a fork that changed none has those before it.
    public func lightClientFork(atSlot slot: Slot) -> ForkName { fork(atSlot: slot).lightClientFork }
}

extension ForkName {
    /// The last fork up to this one that changed light client containers; phase0 has none, and counts as altair.
    public var lightClientFork: ForkName {
        switch self {
        case .phase0, .altair, .bellatrix: .altair
        case .electra, .fulu: .electra
        case .gloas, .heze: .gloas
        case .capella, .deneb: self
        }
    }
}
