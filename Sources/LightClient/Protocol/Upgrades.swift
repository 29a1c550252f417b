public import ConsensusTypes
internal import Hashing
internal import SSZ

// Data of an earlier fork in the format of a later one. Each step leaves alone what is in its format already.

extension ChainSpec {
    /// Spec: `upgrade_lc_header_to_capella`, `…_to_deneb`, `…_to_electra`.
    public func upgradeLcHeader(_ header: LightClientHeader, to fork: ForkName) -> LightClientHeader {
        guard fork >= .capella, header.executionBranch.isEmpty else { return header }
        var upgraded = emptyLightClientHeader(fork)
        upgraded.beacon = header.beacon
        return upgraded
    }

    /// Spec: `upgrade_lc_bootstrap_to_capella`, `…_to_deneb`, `…_to_electra`.
    public func upgradeLcBootstrap(_ bootstrap: LightClientBootstrap, to fork: ForkName) -> LightClientBootstrap {
        var upgraded = bootstrap
        upgraded.header = upgradeLcHeader(bootstrap.header, to: fork)
        if fork >= .electra {
            upgraded.currentSyncCommitteeBranch = normalizeMerkleBranch(
                bootstrap.currentSyncCommitteeBranch,
                LightClientIndex.currentSyncCommitteeElectra
            )
        }
        return upgraded
    }

    /// Spec: `upgrade_lc_update_to_capella`, `…_to_deneb`, `…_to_electra`.
    public func upgradeLcUpdate(_ update: LightClientUpdate, to fork: ForkName) -> LightClientUpdate {
        var upgraded = update
        upgraded.attestedHeader = upgradeLcHeader(update.attestedHeader, to: fork)
        upgraded.finalizedHeader = upgradeLcHeader(update.finalizedHeader, to: fork)
        if fork >= .electra {
            upgraded.nextSyncCommitteeBranch = normalizeMerkleBranch(
                update.nextSyncCommitteeBranch,
                LightClientIndex.nextSyncCommitteeElectra
            )
            upgraded.finalityBranch = normalizeMerkleBranch(
                update.finalityBranch,
                LightClientIndex.finalizedRootElectra
            )
        }
        return upgraded
    }

    /// Spec: `upgrade_lc_finality_update_to_capella`, `…_to_deneb`, `…_to_electra`.
    public func upgradeLcFinalityUpdate(
        _ update: LightClientFinalityUpdate,
        to fork: ForkName
    ) -> LightClientFinalityUpdate {
        var upgraded = update
        upgraded.attestedHeader = upgradeLcHeader(update.attestedHeader, to: fork)
        upgraded.finalizedHeader = upgradeLcHeader(update.finalizedHeader, to: fork)
        if fork >= .electra {
            upgraded.finalityBranch = normalizeMerkleBranch(
                update.finalityBranch,
                LightClientIndex.finalizedRootElectra
            )
        }
        return upgraded
    }

    /// Spec: `upgrade_lc_optimistic_update_to_capella`, `…_to_deneb`, `…_to_electra`.
    public func upgradeLcOptimisticUpdate(
        _ update: LightClientOptimisticUpdate,
        to fork: ForkName
    ) -> LightClientOptimisticUpdate {
        var upgraded = update
        upgraded.attestedHeader = upgradeLcHeader(update.attestedHeader, to: fork)
        return upgraded
    }
}

extension LightClientStore {
    /// Spec: `upgrade_lc_store_to_capella`, `…_to_deneb`, `…_to_electra`; may be done before the fork's epoch.
    public mutating func upgradeLcStore(to fork: ForkName) throws(LightClientError) {
        let fork = fork.lightClientFork
        try require(
            self.fork <= fork && fork <= .electra,
            "upgrade_lc_store_to_\(fork.name)",
            "fork",
            expected: "\(self.fork.name) or later, at most fulu",
            got: fork.name
        )
        self.fork = fork
        finalizedHeader = spec.upgradeLcHeader(finalizedHeader, to: fork)
        optimisticHeader = spec.upgradeLcHeader(optimisticHeader, to: fork)
        bestValidUpdate = bestValidUpdate.map { spec.upgradeLcUpdate($0, to: fork) }
    }
}
