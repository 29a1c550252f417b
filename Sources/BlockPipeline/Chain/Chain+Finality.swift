internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import ForkTree
internal import Hashing
internal import SSZ

extension Chain {
    /// How many whole states are kept: blocks that are not final yet may have been written on an earlier one.
    private static let keptSnapshots = 4

    /// Lets go of what finality has decided against, and makes the finalized block's state the store's new beginning.
    ///
    /// Runs in the task of the block that moved finality, after its children were woken. A crash before the batch
    /// leaves the earlier beginning, which is as good.
    func finalize(_ checkpoint: Checkpoint, pruned: [Root]) async throws {
        states.cache.remove(pruned)
        tree.prune(finalized: checkpoint.root)
        try await finalizing.withPermit {
            let spacing = snapshotEpochs
            guard finality.withLock({ $0.isBehind(checkpoint, by: spacing) }) else { return }
            let post = try await states.state(after: checkpoint.root)
            let context = spec.context(post.state.forkName)
            let ssz = try await states.onExecutor { post.state.encoded(in: context) }
            let record = AnchorRecord(slot: post.state.slot, blockRoot: checkpoint.root, stateRoot: post.stateRoot)
            try await store.commitImport(
                Import(
                    root: checkpoint.root,
                    state: StateSummary(slot: post.state.slot, stateRoot: post.stateRoot, baseRoot: checkpoint.root),
                    snapshot: ssz,
                    records: [
                        .anchor(record),
                        .finalized(CheckpointRecord(epoch: checkpoint.epoch, root: checkpoint.root)),
                    ]
                )
            )
            states.cache.pin([checkpoint.root])
            states.cache.insert(post)
            let outdated = finality.withLock { mark -> SlotRoot? in
                mark.earlier.append(SlotRoot(slot: mark.slot, root: mark.base))
                mark.epoch = checkpoint.epoch
                mark.base = checkpoint.root
                mark.slot = post.state.slot
                return mark.earlier.count >= Self.keptSnapshots ? mark.earlier.removeFirst() : nil
            }
            if let outdated {
                // Blocks stay: they are the chain's history. Only the whole state goes.
                _ = try await store.prune(
                    PrunePlan(
                        slots: outdated.slot..<outdated.slot + 1,
                        keepsBlock: { _ in true },
                        keepsSnapshot: { $0.root != outdated.root }
                    )
                )
            }
        }
    }
}
