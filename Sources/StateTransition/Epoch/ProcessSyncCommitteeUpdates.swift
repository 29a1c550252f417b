internal import BLS
public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_sync_committee_updates` (altair).
    public mutating func processSyncCommitteeUpdates() throws(TransitionError) {
        let next = try currentEpoch.plus(1, "process_sync_committee_updates")
        guard next % preset.epochsPerSyncCommitteePeriod == 0 else { return }
        state.currentSyncCommittee = state.nextSyncCommittee
        state.nextSyncCommittee = try getNextSyncCommittee()
    }

    /// Spec: `get_next_sync_committee`.
    public func getNextSyncCommittee() throws(TransitionError) -> SyncCommittee {
        let function = "get_next_sync_committee"
        var pubkeys: [BLSPubkey] = []
        for index in try getNextSyncCommitteeIndices() { pubkeys.append(try validator(index, function).pubkey) }
        return SyncCommittee(
            pubkeys: PersistentList(pubkeys),
            aggregatePubkey: try ethAggregatePubkeys(pubkeys)
        )
    }

    /// Spec: `get_next_sync_committee_indices`.
    public func getNextSyncCommitteeIndices() throws(TransitionError) -> [ValidatorIndex] {
        let function = "get_next_sync_committee_indices"
        try requireVectorLengths(function)
        let epoch = try currentEpoch.plus(1, function)
        return try sampleByEffectiveBalance(
            getActiveValidatorIndices(epoch)[...],
            seed: getSeed(epoch, .syncCommittee),
            count: Int(clamping: preset.syncCommitteeSize),
            function
        )
    }

    /// Spec: `eth_aggregate_pubkeys`.
    private func ethAggregatePubkeys(_ pubkeys: [BLSPubkey]) throws(TransitionError) -> BLSPubkey {
        guard !pubkeys.isEmpty, let points = caches.pubkeys.points(of: pubkeys) else {
            throw TransitionError(
                "eth_aggregate_pubkeys",
                "pubkeys",
                expected: "\(pubkeys.count) valid keys",
                got: "an invalid one, or none"
            )
        }
        return BLS.sum(points).compressed
    }
}
