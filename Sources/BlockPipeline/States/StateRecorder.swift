internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import ForkChoice
internal import Hashing
internal import SSZ

/// Writes states down, behind the blocks: no import waits for it.
///
/// Those of finalized checkpoints, and of every so many epochs of branches that finality has not reached for long. One
/// task at a time does it, on a thread of its own, finality first and only the latest: a checkpoint that is overtaken
/// while another is written is passed over (overflow policy: the newest stays). Of unfinalized blocks some may wait
/// (overflow policy: the newcomer goes; a later block of its branch comes in its place). A crash between two writes
/// leaves the earlier beginning, which is as good.
final class StateRecorder: Sendable {
    /// What the store begins with, and the epoch it was finalized in.
    private struct FinalityMark: Sendable {
        var epoch: Epoch
        /// The block whose state is kept, that new blocks are replayed from.
        var base: Root
        var ladder: StateLadder

        /// Whether the checkpoint's state is to be kept.
        func isBehind(_ checkpoint: Checkpoint, by spacing: UInt64) -> Bool {
            guard base != checkpoint.root, epoch < checkpoint.epoch else { return false }
            return checkpoint.epoch - epoch >= spacing
        }
    }

    private enum Job {
        case finality(Checkpoint)
        case branch(Root)
    }

    private struct Desk {
        var wanted: Checkpoint?
        /// Blocks that are not final, the first come first.
        var branches: [Root] = []
        var worker: Task<Void, Never>?
        var isClosed = false
        var tally = StateTally()
    }

    /// Epochs that finality is less behind than in good times.
    private static let lag: UInt64 = 4
    /// Unfinalized blocks that may wait.
    private static let waiting = 64

    private let finality: Guarded<FinalityMark>
    private let desk = Guarded(Desk())
    private let store: ChainStore
    private let states: StateProvider
    private let spec: ChainSpec
    private let history: StateHistory
    private let durability: Durability
    private let executor: ThreadExecutor

    /// - Parameters:
    ///   - ladder: how the anchor is kept.
    init(
        anchor: PostState,
        ladder: StateLadder,
        store: ChainStore,
        states: StateProvider,
        spec: ChainSpec,
        options: ChainOptions
    ) throws {
        self.store = store
        self.states = states
        self.spec = spec
        history = options.history
        durability = options.durability
        executor = try ThreadExecutor(name: "states", width: 1)
        finality = Guarded(
            FinalityMark(
                epoch: anchor.state.slot / spec.preset.slotsPerEpoch,
                base: anchor.blockRoot,
                ladder: ladder
            )
        )
    }

    /// The block that new blocks' states are replayed from; another when its state has been written.
    var base: Root { finality.withLock { $0.base } }

    var tally: StateTally { desk.withLock { $0.tally } }

    /// These blocks, but for those whose states the next finalized ones are made from.
    func withoutRungs(_ blocks: [Root]) -> [Root] {
        let rungs = finality.withLock { $0.ladder.roots }
        return blocks.filter { !rungs.contains($0) }
    }

    /// Has the state of a finalized block written down, unless a later one is wanted already.
    func record(_ checkpoint: Checkpoint) {
        desk.withLock { desk in
            guard !desk.isClosed, desk.wanted.map({ $0.epoch < checkpoint.epoch }) ?? true else { return }
            desk.wanted = checkpoint
            begin(&desk)
        }
    }

    /// Whether a block begins a stretch of epochs on its branch, far enough behind what is final.
    ///
    /// The state itself says what block its parent was: the one at the slot before the stretch.
    func isDue(_ post: PostState, finalized: Epoch) -> Bool {
        let step = history.unfinalizedEpochs
        let slot = post.state.slot
        let epoch = slot / spec.preset.slotsPerEpoch
        guard step > 0, epoch >= finalized, epoch - finalized >= min(step, Self.lag) else { return false }
        let start = epoch / step * step * spec.preset.slotsPerEpoch
        let length = UInt64(post.state.blockRoots.count)
        guard start > 0, length > 0, slot - start < length else { return false }
        return post.state.blockRoots[Int((start - 1) % length)] == post.state.latestBlockHeader.parentRoot
    }

    /// Has the state of a block that is not final written down, where there is room.
    func keep(_ block: Root) {
        desk.withLock { desk in
            guard !desk.isClosed else { return }
            guard desk.branches.count < Self.waiting else { return desk.tally.passedOver += 1 }
            desk.branches.append(block)
            begin(&desk)
        }
    }

    private func begin(_ desk: inout Desk) {
        guard desk.worker == nil else { return }
        desk.worker = Task(executorPreference: executor) { [self] in await work() }
    }

    /// Writes the finality that is still wanted, then takes nothing more; states that are not final can be made again.
    func close() async {
        let worker = desk.withLock { desk in
            desk.isClosed = true
            desk.branches = []
            return desk.worker
        }
        await worker?.value
        await executor.shutdown()
    }

    /// Waits until all that was asked for is written.
    func settle() async { await desk.withLock { $0.worker }?.value }

    private func work() async {
        while let job = take() {
            do {
                switch job {
                case .finality(let checkpoint): try await write(checkpoint)
                case .branch(let block): try await write(unfinalized: block)
                }
            } catch {
                // The next one tries again; until then blocks are replayed from further back.
                desk.withLock { desk in
                    desk.tally.failures += 1
                    desk.tally.lastFailure = "\(error)"
                }
            }
        }
    }

    /// What is wanted; ends the worker under the same lock where there is nothing.
    private func take() -> Job? {
        desk.withLock { desk in
            if let checkpoint = desk.wanted {
                desk.wanted = nil
                return .finality(checkpoint)
            }
            guard !desk.branches.isEmpty else {
                desk.worker = nil
                return nil
            }
            return .branch(desk.branches.removeFirst())
        }
    }

    private func write(_ checkpoint: Checkpoint) async throws {
        let mark = finality.withLock { $0 }
        guard mark.isBehind(checkpoint, by: history.stateEpochs) else { return }
        let post = try await states.state(after: checkpoint.root)
        // Before the mark moves: what is left of dead branches by a stop would be looked for no more.
        let dropped = try await store.dropStates(beside: checkpoint.root, since: mark.base)
        desk.withLock { $0.tally.dropped += UInt64(dropped) }
        let record = AnchorRecord(slot: post.state.slot, blockRoot: checkpoint.root, stateRoot: post.stateRoot)
        let records: [MetadataRecord] = [
            .anchor(record), .finalized(CheckpointRecord(epoch: checkpoint.epoch, root: checkpoint.root)),
        ]
        let nearest = try await store.replayPath(to: checkpoint.root, limit: StateProvider.pathLimit).baseRoot
        if nearest == checkpoint.root {
            // Kept before it became final: it stays as it is.
            try await store.commitImport(bare(post, records), durability: durability)
        } else {
            // Handed over as it is made: the encoding of a whole state is let go as soon as it is packed.
            try await store.commitImport(
                try await kept(post, on: StateLadder(try await store.storedChain(to: nearest)), records),
                durability: durability
            )
        }
        let ladder = StateLadder(try await store.storedChain(to: checkpoint.root))
        states.cache.insert(post)
        states.cache.pin([checkpoint.root])
        finality.withLock { $0 = FinalityMark(epoch: checkpoint.epoch, base: checkpoint.root, ladder: ladder) }
        states.cache.remove(mark.ladder.roots.subtracting(ladder.roots))
        try await store.rebase(onto: checkpoint.root, since: mark.base)
        if ladder.whole?.root != mark.ladder.whole?.root { try await forget(before: checkpoint.epoch) }
    }

    /// Keeps the state of a block that finality may still decide either way.
    private func write(unfinalized block: Root) async throws {
        let mark = finality.withLock { $0 }
        guard let anchor = mark.ladder.latest, let summary = try await store.stateSummary(block),
            summary.slot > anchor.slot, summary.baseRoot != block
        else { return }
        let ladder = StateLadder(
            try await store.storedChain(
                to: try await store.replayPath(to: block, limit: StateProvider.pathLimit).baseRoot
            )
        )
        // Every branch that is left leads through the anchor; what comes from further back is dead.
        guard let nearest = ladder.latest, nearest.root == anchor.root || nearest.slot > anchor.slot else { return }
        let room = history.unfinalizedStates
        let others = try await store.storedStates(in: (anchor.slot + 1)...UInt64.max, limit: max(1, room))
        guard others.elements.count < room else { return desk.withLock { $0.tally.passedOver += 1 } }
        // As they pile up they lie further apart, so that there is room however long finality stays away: each eighth of
        // it is filled at half the pace of the one before.
        let spacing = history.unfinalizedEpochs << UInt64(others.elements.count * 8 / max(1, room))
        let stretch = spacing.multipliedReportingOverflow(by: spec.preset.slotsPerEpoch)
        guard !stretch.overflow, stretch.partialValue > 0,
            summary.slot / stretch.partialValue > nearest.slot / stretch.partialValue
        else { return desk.withLock { $0.tally.spacedOut += 1 } }
        let post = try await states.state(after: block)
        // As lasting as finality, which may yet build on it.
        try await store.commitImport(try await kept(post, on: ladder, []), durability: durability)
        desk.withLock { $0.tally.unfinalized += 1 }
    }

    private func bare(_ post: PostState, _ records: [MetadataRecord]) -> Import {
        Import(
            root: post.blockRoot,
            state: StateSummary(slot: post.state.slot, stateRoot: post.stateRoot, baseRoot: post.blockRoot),
            records: records
        )
    }

    /// A state with what is to be kept of it: a difference where the ladder of its branch admits one.
    private func kept(
        _ post: PostState,
        on ladder: StateLadder,
        _ records: [MetadataRecord]
    ) async throws -> Import {
        var item = bare(post, records)
        if let next = ladder.next, !needsWhole(post.state.slot, since: ladder.whole) {
            let base = try await states.state(after: next.base.root)
            if let bytes = difference(from: base, to: post) {
                item.difference = StoredDifference(bytes: bytes, base: base.blockRoot, position: next.position)
                desk.withLock { $0.tally.count(difference: bytes.count) }
                return item
            }
            desk.withLock { $0.tally.refused += 1 }
        }
        let ssz = post.state.encoded(in: spec.context(post.state.forkName))
        desk.withLock { $0.tally.count(whole: ssz.count) }
        item.snapshot = ssz
        return item
    }

    private func needsWhole(_ slot: Slot, since whole: StoredState?) -> Bool {
        guard let whole, slot > whole.slot else { return true }
        let perEpoch = spec.preset.slotsPerEpoch
        return slot / perEpoch - whole.slot / perEpoch >= history.snapshotEpochs
    }

    /// A difference that was seen to give the state back; the next start depends on it.
    private func difference(from base: PostState, to post: PostState) -> [UInt8]? {
        let diff = StateDiff(
            from: base.state,
            root: base.stateRoot,
            to: post.state,
            root: post.stateRoot,
            spec: spec
        )
        do throws(StateDiffError) {
            _ = try diff.applied(to: base.state, root: base.stateRoot, spec: spec)
            return diff.bytes
        } catch {
            return nil
        }
    }

    /// Lets go of states that are older than the history asked for.
    private func forget(before epoch: Epoch) async throws {
        guard epoch > history.keptEpochs else { return }
        let horizon = (epoch - history.keptEpochs) * spec.preset.slotsPerEpoch
        // The latest whole state up to there is the oldest to stay: what lies behind it is made from it.
        var cursor: ScanCursor?
        repeat {
            let page = try await store.storedStates(in: 0...horizon, limit: 64, order: .descending, from: cursor)
            for place in page.elements {
                guard let state = try await store.storedChain(to: place.root).first, state.isWhole else { continue }
                let oldest = try await oldestWhole(from: place.slot)
                if oldest > 0 { try await store.forgetStates(before: oldest) }
                return
            }
            cursor = page.next
        } while cursor != nil
    }

    /// The slot of the oldest whole state that those from a slot on are made from.
    ///
    /// Mostly `slot` itself; one kept before it became final may have been made from a whole one further back.
    private func oldestWhole(from slot: Slot) async throws -> Slot {
        var oldest = slot
        var cursor: ScanCursor?
        repeat {
            let page = try await store.storedStates(in: slot...UInt64.max, limit: 256, from: cursor)
            for place in page.elements {
                if let whole = try await store.storedChain(to: place.root).last { oldest = min(oldest, whole.slot) }
            }
            cursor = page.next
        } while cursor != nil
        return oldest
    }
}
