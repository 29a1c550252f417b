public import ConsensusTypes
public import Hashing
internal import SSZ

extension LightClientStore {
    /// Spec: `process_light_client_update`; the update is in the store's format.
    public mutating func processLightClientUpdate(
        _ update: LightClientUpdate,
        currentSlot: Slot,
        genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        try validateLightClientUpdate(
            update,
            currentSlot: currentSlot,
            genesisValidatorsRoot: genesisValidatorsRoot
        )
        var next = self
        if bestValidUpdate.map({ spec.isBetterUpdate(update, than: $0) }) ?? true { next.bestValidUpdate = update }
        let participants = UInt64(update.participants)
        next.currentMaxActiveParticipants = max(currentMaxActiveParticipants, participants)
        if participants > next.safetyThreshold
            && update.attestedHeader.beacon.slot > optimisticHeader.beacon.slot
        {
            next.optimisticHeader = update.attestedHeader
        }
        let bringsFinalizedCommittee =
            !isNextSyncCommitteeKnown && update.isSyncCommitteeUpdate && update.isFinalityUpdate
            && spec.hasSyncCommitteeFinality(update)
        if update.hasSupermajority
            && (update.finalizedHeader.beacon.slot > finalizedHeader.beacon.slot || bringsFinalizedCommittee)
        {
            try next.applyLightClientUpdate(update)
            next.bestValidUpdate = nil
        }
        self = next
    }

    /// Spec: `process_light_client_finality_update`.
    public mutating func processLightClientFinalityUpdate(
        _ finality: LightClientFinalityUpdate,
        currentSlot: Slot,
        genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        var update = LightClientUpdate()
        update.attestedHeader = finality.attestedHeader
        update.nextSyncCommittee = spec.emptySyncCommittee()
        update.nextSyncCommitteeBranch = spec.emptySyncCommitteeBranch(fork)
        update.finalizedHeader = finality.finalizedHeader
        update.finalityBranch = finality.finalityBranch
        update.syncAggregate = finality.syncAggregate
        update.signatureSlot = finality.signatureSlot
        try processLightClientUpdate(
            update,
            currentSlot: currentSlot,
            genesisValidatorsRoot: genesisValidatorsRoot
        )
    }

    /// Spec: `process_light_client_optimistic_update`.
    public mutating func processLightClientOptimisticUpdate(
        _ optimistic: LightClientOptimisticUpdate,
        currentSlot: Slot,
        genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        var update = LightClientUpdate()
        update.attestedHeader = optimistic.attestedHeader
        update.nextSyncCommittee = spec.emptySyncCommittee()
        update.nextSyncCommitteeBranch = spec.emptySyncCommitteeBranch(fork)
        update.finalizedHeader = spec.emptyLightClientHeader(fork)
        update.finalityBranch = spec.emptyFinalityBranch(fork)
        update.syncAggregate = optimistic.syncAggregate
        update.signatureSlot = optimistic.signatureSlot
        try processLightClientUpdate(
            update,
            currentSlot: currentSlot,
            genesisValidatorsRoot: genesisValidatorsRoot
        )
    }

    /// Spec: `process_light_client_store_force_update`.
    ///
    /// Without finality for a whole period, what the best update attests is taken for final.
    public mutating func processLightClientStoreForceUpdate(currentSlot: Slot) throws(LightClientError) {
        let finalizedSlot = finalizedHeader.beacon.slot
        guard currentSlot > finalizedSlot, currentSlot - finalizedSlot > spec.preset.updateTimeout,
            var update = bestValidUpdate
        else { return }
        if update.finalizedHeader.beacon.slot <= finalizedSlot { update.finalizedHeader = update.attestedHeader }
        var next = self
        try next.applyLightClientUpdate(update)
        next.bestValidUpdate = nil
        self = next
    }

    /// Spec: `apply_light_client_update`.
    private mutating func applyLightClientUpdate(_ update: LightClientUpdate) throws(LightClientError) {
        let storePeriod = spec.computeSyncCommitteePeriodAtSlot(finalizedHeader.beacon.slot)
        let finalizedPeriod = spec.computeSyncCommitteePeriodAtSlot(update.finalizedHeader.beacon.slot)
        if !isNextSyncCommitteeKnown {
            try requireEqual(finalizedPeriod, storePeriod, "apply_light_client_update", "finalized period")
            nextSyncCommittee = update.nextSyncCommittee
        } else if finalizedPeriod == storePeriod + 1 {
            currentSyncCommittee = nextSyncCommittee
            nextSyncCommittee = update.nextSyncCommittee
            previousMaxActiveParticipants = currentMaxActiveParticipants
            currentMaxActiveParticipants = 0
        }
        if update.finalizedHeader.beacon.slot > finalizedHeader.beacon.slot {
            finalizedHeader = update.finalizedHeader
            if finalizedHeader.beacon.slot > optimisticHeader.beacon.slot { optimisticHeader = finalizedHeader }
        }
    }
}
