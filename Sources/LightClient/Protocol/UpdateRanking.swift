public import ConsensusTypes
internal import Hashing
internal import SSZ

extension LightClientUpdate {
    /// Spec: `is_sync_committee_update`.
    public var isSyncCommitteeUpdate: Bool { nextSyncCommitteeBranch.contains { $0 != .zero } }

    /// Spec: `is_finality_update`.
    public var isFinalityUpdate: Bool { finalityBranch.contains { $0 != .zero } }

    /// How many members of the sync committee signed.
    var participants: Int { syncAggregate.syncCommitteeBits.oneCount }

    /// Whether at least two thirds of the sync committee signed.
    var hasSupermajority: Bool { participants * 3 >= syncAggregate.syncCommitteeBits.count * 2 }
}

extension ChainSpec {
    /// Spec: `is_better_update`.
    public func isBetterUpdate(_ new: LightClientUpdate, than old: LightClientUpdate) -> Bool {
        if new.hasSupermajority != old.hasSupermajority { return new.hasSupermajority }
        if !new.hasSupermajority && new.participants != old.participants { return new.participants > old.participants }

        let isRelevant = (new: hasRelevantSyncCommittee(new), old: hasRelevantSyncCommittee(old))
        if isRelevant.new != isRelevant.old { return isRelevant.new }
        if new.isFinalityUpdate != old.isFinalityUpdate { return new.isFinalityUpdate }
        if new.isFinalityUpdate {
            let isFinal = (new: hasSyncCommitteeFinality(new), old: hasSyncCommitteeFinality(old))
            if isFinal.new != isFinal.old { return isFinal.new }
        }

        if new.participants != old.participants { return new.participants > old.participants }
        // Older data changes the best update less often.
        let slots = (new: new.attestedHeader.beacon.slot, old: old.attestedHeader.beacon.slot)
        if slots.new != slots.old { return slots.new < slots.old }
        return new.signatureSlot < old.signatureSlot
    }

    /// Whether it brings the next sync committee, signed by the current one of the same period.
    private func hasRelevantSyncCommittee(_ update: LightClientUpdate) -> Bool {
        update.isSyncCommitteeUpdate
            && computeSyncCommitteePeriodAtSlot(update.attestedHeader.beacon.slot)
                == computeSyncCommitteePeriodAtSlot(update.signatureSlot)
    }

    /// Whether what it finalizes lies in the period of what it attests.
    func hasSyncCommitteeFinality(_ update: LightClientUpdate) -> Bool {
        computeSyncCommitteePeriodAtSlot(update.finalizedHeader.beacon.slot)
            == computeSyncCommitteePeriodAtSlot(update.attestedHeader.beacon.slot)
    }
}
