public import ChainStore
public import Concurrency
public import ConsensusTypes
public import ForkChoice
public import Hashing
internal import SSZ
internal import StateTransition
internal import Synchronization

/// Post-states and what is drawn from them, from memory or, within a budget, rebuilt from the store.
///
/// Rebuilding is single flight per block, at most `regenerations` at once in all: whatever comes from outside can ask
/// for old states, and must not set off more work than that.
public final class StateProvider: Sendable {
    /// Blocks between a state that is rebuilt and the kept one before it, at most.
    ///
    /// Many times what `StateHistory.unfinalizedEpochs` leaves between two of a branch.
    static let pathLimit = 1 << 16
    /// Of so many states on the way to one that is rebuilt one is kept in memory; more would only push out others.
    private static let stride = 64

    public let cache: StateCache
    private let store: ChainStore
    private let rules: TransitionRules
    private let executor: ThreadExecutor
    private let budget: PermitPool
    private let states = SingleFlight<Root, PostState>()
    private let weights = SingleFlight<Checkpoint, ActiveBalances>()
    private let rebuilt = Atomic<UInt64>(0)

    /// States rebuilt from the store so far.
    public var rebuildings: UInt64 { rebuilt.load(ordering: .relaxed) }

    public init(
        store: ChainStore,
        rules: TransitionRules,
        cache: StateCache,
        executor: ThreadExecutor,
        regenerations: Int = 2
    ) {
        self.store = store
        self.rules = rules.rebuilding
        self.cache = cache
        self.executor = executor
        budget = PermitPool(width: regenerations)
    }

    /// The post-state of a block that was included.
    public func state(after root: Root) async throws -> PostState {
        if let known = cache[root] { return known }
        return try await states.value(for: root) { [self] in
            if let known = cache[root] { return known }
            return try await budget.withPermit { try await rebuild(root) }
        }
    }

    /// The weights under a checkpoint: those of its block's state, advanced to the start of its epoch.
    public func balances(of checkpoint: Checkpoint) async throws -> ActiveBalances {
        try await weights.value(for: checkpoint) { [self] in
            let base = try await state(after: checkpoint.root)
            return try await onExecutor { [rules] in
                var transition = Transition(
                    state: base.state,
                    spec: rules.spec,
                    caches: rules.caches,
                    engine: rules.engine,
                    signatures: .trust
                )
                let start = transition.computeStartSlotAtEpoch(checkpoint.epoch)
                if base.state.slot < start { try transition.processSlots(start) }
                return ActiveBalances(transition.state, spec: rules.spec)
            }
        }
    }

    /// Loads the nearest state kept and applies the blocks since, believing what was verified before.
    private func rebuild(_ root: Root) async throws -> PostState {
        rebuilt.wrappingAdd(1, ordering: .relaxed)
        let path = try await store.replayPath(to: root, limit: Self.pathLimit)
        // A state in memory on the way saves the blocks before it.
        var at = path.blocks.lastIndex { cache.contains($0) }
        var post: PostState
        if let known = at.flatMap({ cache[path.blocks[$0]] }) {
            post = known
        } else {
            at = nil
            post = try await kept(path.baseRoot)
        }
        for (number, block) in path.blocks.enumerated().dropFirst(at.map { $0 + 1 } ?? 0) {
            try Task.checkCancellation()
            guard let ssz = try await store.block(block) else {
                throw BlockError.stateUnavailable(root, "block \(block) on the way is not stored")
            }
            let pre = post
            post = try await onExecutor { [rules] in
                let decoded = try DecodedBlock(ssz: ssz, spec: rules.spec)
                return try TransitionedBlock(SignedOffBlock(trusted: decoded), pre: pre, rules: rules).post
            }
            if number % Self.stride == 0 { cache.insert(post) }
        }
        cache.insert(post)
        return post
    }

    /// A kept state: the nearest in memory on the way to it, or the whole one, and the differences from there.
    private func kept(_ root: Root) async throws -> PostState {
        let chain = try await store.storedChain(to: root)
        guard let whole = chain.last else { throw BlockError.stateUnavailable(root, "no state of it is kept") }
        var at = chain.firstIndex { cache.contains($0.root) }
        var post: PostState
        if let known = at.flatMap({ cache[chain[$0].root] }) {
            post = known
        } else {
            at = nil
            post = try await snapshot(whole)
        }
        for stored in chain[..<(at ?? chain.count - 1)].reversed() {
            try Task.checkCancellation()
            post = try await stepping(from: post, to: stored)
        }
        return post
    }

    /// Decodes a whole state; its root is compared with the one it was summed up with.
    private func snapshot(_ stored: StoredState) async throws -> PostState {
        guard let ssz = try await store.snapshot(stateRoot: stored.stateRoot) else {
            throw StoredStateError.missing(block: stored.root, stateRoot: stored.stateRoot)
        }
        return try await onExecutor { [rules] in
            let state: BeaconState
            do throws(SSZError) {
                state = try BeaconState.decode(ssz, spec: rules.spec, slot: stored.slot)
            } catch {
                throw StoredStateError.malformed(block: stored.root, error)
            }
            let got = state.hashTreeRoot(in: rules.spec.context(state.forkName))
            guard got == stored.stateRoot else {
                throw StoredStateError.stateRoot(block: stored.root, expected: stored.stateRoot, got: got)
            }
            return PostState(state, blockRoot: stored.root, stateRoot: stored.stateRoot)
        }
    }

    /// The state that a difference gives, its root compared with the one it was summed up with.
    private func stepping(from base: PostState, to stored: StoredState) async throws -> PostState {
        guard let bytes = try await store.stateDifference(stateRoot: stored.stateRoot) else {
            throw StoredStateError.missing(block: stored.root, stateRoot: stored.stateRoot)
        }
        return try await onExecutor { [rules] in
            let state: BeaconState
            do throws(StateDiffError) {
                let diff = try StateDiff(bytes: bytes)
                guard diff.stateRoot == stored.stateRoot else {
                    throw .stateRoot(expected: stored.stateRoot, got: diff.stateRoot)
                }
                state = try diff.applied(to: base.state, root: base.stateRoot, spec: rules.spec)
            } catch {
                throw StoredStateError.difference(block: stored.root, error)
            }
            return PostState(state, blockRoot: stored.root, stateRoot: stored.stateRoot)
        }
    }

    /// Runs work that fills a core on the transition executor.
    func onExecutor<R: Sendable>(_ body: @Sendable @escaping () throws -> R) async throws -> R {
        try await withTaskExecutorPreference(executor) { try await run(body) }
    }

    private nonisolated func run<R: Sendable>(_ body: @Sendable () throws -> R) async throws -> R { try body() }
}

extension BeaconState {
    /// Decodes a state of the fork in force at `slot`.
    static func decode(_ ssz: [UInt8], spec: ChainSpec, slot: Slot) throws(SSZError) -> BeaconState {
        try decode(ssz, in: spec.context(spec.fork(atSlot: slot)))
    }
}
