public import ConsensusTypes
internal import Hashing
internal import SSZ

// Data of an earlier fork in the format of a later one. Each step leaves alone what is in its format already.

extension ChainSpec {
    /// Spec: `upgrade_lc_header_to_capella`, `…_to_deneb`, `…_to_electra`, `…_to_gloas`.
    public func upgradeLcHeader(_ header: LightClientHeader, to fork: ForkName) -> LightClientHeader {
        let depth = emptyExecutionBranch(fork).count
        guard fork >= .capella, header.executionBranch.count < depth else { return header }
        var upgraded = emptyLightClientHeader(fork)
        upgraded.beacon = header.beacon
        // Without a branch the header is from before capella, which knew no payload.
        guard fork >= .gloas, !header.executionBranch.isEmpty, header != emptyLightClientHeader(.electra) else {
            return upgraded
        }
        let format = self.fork(atSlot: header.beacon.slot)
        let context = context(format >= .deneb ? .deneb : .capella)
        guard format >= .capella, let index = blockHashIndex(in: context),
            let proof = header.execution.proof(of: index, in: context)
        else { return upgraded }
        upgraded.executionBlockHash = header.execution.blockHash
        upgraded.executionBranch = normalizeMerkleBranch(
            proof.branch + header.executionBranch,
            LightClientIndex.executionBlockHash(fork)
        )
        return upgraded
    }

    /// Spec: `upgrade_lc_bootstrap_to_capella`, `…_to_deneb`, `…_to_electra`, `…_to_gloas`.
    public func upgradeLcBootstrap(_ bootstrap: LightClientBootstrap, to fork: ForkName) -> LightClientBootstrap {
        var upgraded = bootstrap
        upgraded.header = upgradeLcHeader(bootstrap.header, to: fork)
        upgraded.currentSyncCommitteeBranch = normalizeMerkleBranch(
            bootstrap.currentSyncCommitteeBranch,
            LightClientIndex.currentSyncCommittee(fork)
        )
        return upgraded
    }

    /// Spec: `upgrade_lc_update_to_capella`, `…_to_deneb`, `…_to_electra`, `…_to_gloas`.
    public func upgradeLcUpdate(_ update: LightClientUpdate, to fork: ForkName) -> LightClientUpdate {
        var upgraded = update
        upgraded.attestedHeader = upgradeLcHeader(update.attestedHeader, to: fork)
        upgraded.finalizedHeader = upgradeLcHeader(update.finalizedHeader, to: fork)
        upgraded.nextSyncCommitteeBranch = normalizeMerkleBranch(
            update.nextSyncCommitteeBranch,
            LightClientIndex.nextSyncCommittee(fork)
        )
        upgraded.finalityBranch = normalizeMerkleBranch(update.finalityBranch, LightClientIndex.finalizedRoot(fork))
        return upgraded
    }

    /// Spec: `upgrade_lc_finality_update_to_capella`, `…_to_deneb`, `…_to_electra`, `…_to_gloas`.
    public func upgradeLcFinalityUpdate(
        _ update: LightClientFinalityUpdate,
        to fork: ForkName
    ) -> LightClientFinalityUpdate {
        var upgraded = update
        upgraded.attestedHeader = upgradeLcHeader(update.attestedHeader, to: fork)
        upgraded.finalizedHeader = upgradeLcHeader(update.finalizedHeader, to: fork)
        upgraded.finalityBranch = normalizeMerkleBranch(update.finalityBranch, LightClientIndex.finalizedRoot(fork))
        return upgraded
    }

    /// Spec: `upgrade_lc_optimistic_update_to_capella`, `…_to_deneb`, `…_to_electra`, `…_to_gloas`.
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
    /// Spec: `upgrade_lc_store_to_capella`, `…_to_deneb`, `…_to_electra`, `…_to_gloas`; may be done before the fork's epoch.
    public mutating func upgradeLcStore(to fork: ForkName) throws(LightClientError) {
        let fork = fork.lightClientFork
        try require(
            self.fork <= fork,
            "upgrade_lc_store_to_\(fork.name)",
            "fork",
            expected: "\(self.fork.name) or later",
            got: fork.name
        )
        self.fork = fork
        finalizedHeader = spec.upgradeLcHeader(finalizedHeader, to: fork)
        optimisticHeader = spec.upgradeLcHeader(optimisticHeader, to: fork)
        bestValidUpdate = bestValidUpdate.map { spec.upgradeLcUpdate($0, to: fork) }
    }
}
