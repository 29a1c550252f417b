internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import ForkChoice
internal import Hashing
internal import SSZ

/// Writes finalized states down, behind the blocks: no import waits for it.
///
/// One task at a time does it, on a thread of its own, and only for the latest checkpoint asked for: one that is
/// overtaken while another is written is passed over (overflow policy: the newest stays). A crash between two writes
/// leaves the earlier beginning, which is as good.
final class StateRecorder: Sendable {
    private struct Desk {
        var wanted: Checkpoint?
        var worker: Task<Void, Never>?
        var isClosed = false
        var ladder: StateLadder
        var tally = StateTally()
    }

    private let finality: Guarded<Chain.FinalityMark>
    private let desk: Guarded<Desk>
    private let store: ChainStore
    private let states: StateProvider
    private let spec: ChainSpec
    private let history: StateHistory
    private let durability: Durability
    private let executor: ThreadExecutor

    /// - Parameters:
    ///   - chain: how the anchor is kept, from it down to a whole state.
    init(
        anchor: PostState,
        chain: [StoredState],
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
        desk = Guarded(Desk(ladder: StateLadder(chain, latest: anchor)))
        finality = Guarded(
            Chain.FinalityMark(epoch: anchor.state.slot / spec.preset.slotsPerEpoch, base: anchor.blockRoot)
        )
    }

    /// The block that new blocks' states are replayed from; another when its state has been written.
    var base: Root { finality.withLock { $0.base } }

    var tally: StateTally { desk.withLock { $0.tally } }

    /// Has the state of a finalized block written down, unless a later one is wanted already.
    func record(_ checkpoint: Checkpoint) {
        desk.withLock { desk in
            guard !desk.isClosed, desk.wanted.map({ $0.epoch < checkpoint.epoch }) ?? true else { return }
            desk.wanted = checkpoint
            if desk.worker == nil { desk.worker = Task(executorPreference: executor) { [self] in await work() } }
        }
    }

    /// Writes what is still wanted, then takes nothing more.
    func close() async {
        let worker = desk.withLock { desk in
            desk.isClosed = true
            return desk.worker
        }
        await worker?.value
        await executor.shutdown()
    }

    /// Waits until all that was asked for is written.
    func settle() async { await desk.withLock { $0.worker }?.value }

    private func work() async {
        while let checkpoint = take() {
            do {
                try await write(checkpoint)
            } catch {
                // The next finality tries again; until then blocks are replayed from further back.
                desk.withLock { desk in
                    desk.tally.failures += 1
                    desk.tally.lastFailure = "\(error)"
                }
            }
        }
    }

    /// What is wanted; ends the worker under the same lock where there is nothing.
    private func take() -> Checkpoint? {
        desk.withLock { desk in
            defer { desk.wanted = nil }
            if desk.wanted == nil { desk.worker = nil }
            return desk.wanted
        }
    }

    private func write(_ checkpoint: Checkpoint) async throws {
        let mark = finality.withLock { $0 }
        guard mark.isBehind(checkpoint, by: history.stateEpochs) else { return }
        let post = try await states.state(after: checkpoint.root)
        let (rung, form) = try await form(of: post)
        let record = AnchorRecord(slot: post.state.slot, blockRoot: checkpoint.root, stateRoot: post.stateRoot)
        var item = Import(
            root: checkpoint.root,
            state: StateSummary(slot: post.state.slot, stateRoot: post.stateRoot, baseRoot: checkpoint.root),
            records: [
                .anchor(record),
                .finalized(CheckpointRecord(epoch: checkpoint.epoch, root: checkpoint.root)),
            ]
        )
        switch form {
        case .whole(let ssz): item.snapshot = ssz
        case .difference(let difference): item.difference = difference
        }
        try await store.commitImport(item, durability: durability)
        states.cache.insert(post)
        states.cache.pin([checkpoint.root])
        finality.withLock { $0 = Chain.FinalityMark(epoch: checkpoint.epoch, base: checkpoint.root) }
        desk.withLock { desk in
            desk.ladder.add(rung)
            desk.tally.count(form)
        }
        try await store.rebase(onto: checkpoint.root, since: mark.base)
        if rung.stored.isWhole { try await forget(before: checkpoint.epoch) }
    }

    private func form(of post: PostState) async throws -> (StateLadder.Rung, KeptForm) {
        let ladder = desk.withLock { $0.ladder }
        if let next = ladder.next, !needsWhole(post.state.slot, since: ladder.whole) {
            let base: PostState
            if let known = next.base.post {
                base = known
            } else {
                base = try await states.state(after: next.base.stored.root)
            }
            if let bytes = difference(from: base, to: post) {
                let stored = stored(post, base: base.blockRoot, position: next.position)
                let difference = StoredDifference(bytes: bytes, base: base.blockRoot, position: next.position)
                return (StateLadder.Rung(stored: stored, post: post), .difference(difference))
            }
            desk.withLock { $0.tally.refused += 1 }
        }
        let ssz = post.state.encoded(in: spec.context(post.state.forkName))
        let stored = stored(post, base: post.blockRoot, position: 0)
        return (StateLadder.Rung(stored: stored, post: post), .whole(ssz))
    }

    private func stored(_ post: PostState, base: Root, position: UInt32) -> StoredState {
        StoredState(
            slot: post.state.slot,
            root: post.blockRoot,
            stateRoot: post.stateRoot,
            base: base,
            position: position
        )
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
                try await store.forgetStates(before: place.slot)
                return
            }
            cursor = page.next
        } while cursor != nil
    }
}

/// What a state is written as.
private enum KeptForm {
    case whole([UInt8])
    case difference(StoredDifference)
}

/// What a chain has written of finalized states since it was opened.
public struct StateTally: Hashable, Sendable {
    public var whole: UInt64 = 0
    public var differences: UInt64 = 0
    /// Bytes of both, before they were compressed.
    public var wholeBytes: UInt64 = 0
    public var differenceBytes: UInt64 = 0
    /// Differences that did not give their state back, so that it was kept whole: a fault of this program.
    public var refused: UInt64 = 0
    public var failures: UInt64 = 0
    public var lastFailure: String?

    fileprivate mutating func count(_ form: KeptForm) {
        switch form {
        case .whole(let bytes):
            whole += 1
            wholeBytes += UInt64(bytes.count)
        case .difference(let difference):
            differences += 1
            differenceBytes += UInt64(difference.bytes.count)
        }
    }
}
