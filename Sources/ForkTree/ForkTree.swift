public import Concurrency
public import Hashing
internal import Synchronization

/// The tree of known blocks: who is here, who waits for whom, and the event that wakes children.
///
/// A class around a value and a short lock rather than an actor: a task that finds its parent included returns without
/// a hop, and waking thousands of children is one critical section and a loop of resumptions outside it. The lock is
/// never held while anything is awaited or resumed. Nothing polls: waits end by `resolve`, `expire`, `prune`,
/// cancellation or a bound, and the caller drives `expire` from `nextDeadline`.
///
/// The way of a block:
///
///     guard case .fresh(let ticket) = tree.insert(...) else { return }      // duplicate, refused
///     guard case .included = try await tree.ready(ticket) else { return }   // record the end
///     ...transition...
///     tree.offerState(ticket)                                               // children may run ahead
///     ...persist, fork choice...
///     tree.resolve(ticket, .included)                                       // children wake
///
/// Copies of a root are told apart by the proposer's signature, so a forged copy neither replaces nor poisons the good
/// one: `proposerSignature` ends that copy only, every other reason condemns the root and all that descends from it.
public final class ForkTree: Sendable {
    private typealias Caller = CheckedContinuation<ForkTreeState.Wake, Never>

    private struct Guts {
        var state: ForkTreeState
        var callers: [UInt64: Caller] = [:]
    }

    private let guts: Guarded<Guts>
    private let ids = Atomic<UInt64>(0)
    private let clock: any WallClock

    /// Roots of missing parents, each once, for a fetcher to iterate.
    ///
    /// When a fetch comes to nothing, tell `fetchEnded`; a fetched block comes back through `insert` like any other.
    /// A full queue refuses the request, counted in `fetchesRefused`; `retryFetches` asks again.
    public let fetchRequests: BoundedQueue<Bytes32>

    /// Rings after a wait has begun, for whoever drives `expire`: by then its deadline counts in `nextDeadline`.
    ///
    /// Holds one ring; more are dropped, because whoever takes one asks for the deadline of all.
    public let newWaits = BoundedQueue<Void>(capacity: 1, overflow: .rejectNewest)

    public init(
        anchor: Bytes32,
        slot: UInt64,
        parent: Bytes32 = .zero,
        limits: ForkTreeLimits = ForkTreeLimits(),
        clock: any WallClock = SystemClock()
    ) {
        self.clock = clock
        fetchRequests = BoundedQueue(capacity: limits.fetchRequests, overflow: .rejectNewest)
        guts = Guarded(Guts(state: ForkTreeState(anchor: anchor, slot: slot, parent: parent, limits: limits)))
    }

    // MARK: A block's way

    /// Takes in one copy of a block, unless it is known, known to be bad, or too old.
    ///
    /// `signature` is a digest of the proposer's signature, `bytes` what the block costs while it waits.
    public func insert(
        root: Bytes32,
        slot: UInt64,
        parent: Bytes32,
        signature: Bytes32,
        bytes: Int
    ) -> InsertOutcome {
        perform { state, effects in
            state.insert(root, slot: slot, parent: parent, signature: signature, bytes: bytes, &effects)
        }
    }

    /// Takes in a block that was imported before, read back from the store; its parent must be included.
    @discardableResult
    public func restore(root: Bytes32, slot: UInt64, parent: Bytes32) -> ResolveOutcome {
        perform { state, effects in
            switch state.insert(root, slot: slot, parent: parent, signature: .zero, bytes: 0, &effects) {
            case .fresh(let ticket):
                let outcome = state.include(ticket, &effects)
                if outcome != .applied { state.withdraw(ticket, &effects) }
                return outcome
            case .duplicate(let known), .refused(let known): return .superseded(known)
            }
        }
    }

    /// Waits until the parent is included, or until it is clear that it will not be.
    ///
    /// A cancelled call throws `CancellationError` and withdraws the block, unless another call waits with the same
    /// ticket.
    ///
    /// - Parameters:
    ///   - deadline: in milliseconds since 1970; the tree's own bound on age applies as well.
    ///   - mayGoAhead: whether to return `ahead` as soon as the parent's post-state is made.
    public func ready(
        _ ticket: BlockTicket,
        deadline: UInt64? = nil,
        mayGoAhead: Bool = false
    ) async throws -> ReadyOutcome {
        let id = ids.wrappingAdd(1, ordering: .relaxed).newValue
        let now = clock.now
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { (caller: Caller) in
                let answer: ForkTreeState.Wake? = perform { state, callers, effects in
                    // Read under the lock: a handler that ran earlier has set the flag, a later one finds the waiter.
                    if Task.isCancelled {
                        state.giveUp(ticket, &effects)
                        return .cancelled
                    }
                    let step = state.ready(
                        ticket,
                        id: id,
                        deadline: deadline,
                        now: now,
                        mayGoAhead: mayGoAhead,
                        &effects
                    )
                    switch step {
                    case .finished(let outcome): return .ready(outcome)
                    case .waiting:
                        callers[id] = caller
                        return nil
                    }
                }
                if let answer { caller.resume(returning: answer) } else { newWaits.trySend(()) }
            }
        } onCancel: {
            perform { state, effects in state.cancel(id: id, &effects) }
        }
        switch wake {
        case .ready(let outcome): return outcome
        case .cancelled: throw CancellationError()
        }
    }

    /// Says that the block's post-state is made, ahead of its inclusion: children that asked for it go ahead.
    ///
    /// Whoever offers a state keeps it at hand until the ticket has ended.
    @discardableResult
    public func offerState(_ ticket: BlockTicket) -> ResolveOutcome {
        perform { state, effects in state.offerState(ticket, &effects) }
    }

    /// Ends a block: wakes its children, or condemns them with it.
    @discardableResult
    public func resolve(_ ticket: BlockTicket, _ resolution: Resolution) -> ResolveOutcome {
        perform { state, effects in
            switch resolution {
            case .included: state.include(ticket, &effects)
            case .invalid(let reason, let stage): state.reject(ticket, reason, at: stage, &effects)
            }
        }
    }

    /// Gives a block up without a verdict; its children wait for the root anew.
    public func withdraw(_ ticket: BlockTicket) {
        perform { state, effects in state.withdraw(ticket, &effects) }
    }

    /// Condemns a root and all that descends from it, even if it was included or is not known yet.
    ///
    /// For verdicts that come from elsewhere or late, such as an execution engine's. The finalized block stands.
    @discardableResult
    public func invalidate(_ root: Bytes32, _ reason: InvalidReason, at stage: Stage) -> ResolveOutcome {
        perform { state, effects in state.invalidate(root, reason, at: stage, &effects) }
    }

    // MARK: Missing parents

    /// Says that a request is over and brought no block.
    public func fetchEnded(_ root: Bytes32) {
        perform { state, _ in state.fetchEnded(root) }
    }

    /// Asks again for what is missing, waited for and not on order.
    public func retryFetches() {
        perform { state, effects in state.retryFetches(&effects) }
    }

    /// Missing roots that have been asked for.
    public var outstandingFetches: [Bytes32] { guts.withLock { $0.state.outstanding.sorted() } }

    // MARK: Time and finality

    /// The earliest moment at which `expire` has something to do, in milliseconds since 1970.
    public var nextDeadline: UInt64? { guts.withLock { $0.state.nextDeadline() } }

    /// Ends every wait whose deadline has come.
    public func expire() {
        let now = clock.now
        perform { state, effects in state.expire(now: now, &effects) }
    }

    /// Makes `root` the tree's root and drops what does not descend from it; `nil` unless `root` is included.
    @discardableResult
    public func prune(finalized root: Bytes32) -> PruneReport? {
        perform { state, effects in state.prune(to: root, &effects) }
    }

    /// Ends every wait and refuses new blocks; queries still answer.
    public func close() {
        perform { state, effects in state.close(&effects) }
        fetchRequests.finish()
        newWaits.finish()
    }

    // MARK: Questions

    public func node(_ root: Bytes32) -> ForkTreeNode? { guts.withLock { $0.state.node(root) } }

    /// The state of a root, whether in the tree or only remembered; `nil` when nothing is known.
    public func state(of root: Bytes32) -> Lifecycle? { guts.withLock { $0.state.state(of: root) } }

    public func counts() -> ForkTreeCounts { guts.withLock { $0.state.counts() } }

    public var statistics: ForkTreeStatistics { guts.withLock { $0.state.statistics } }

    /// Bytes that included blocks take here; what waits is in the counts.
    public var bytes: Int { guts.withLock { $0.state.nodes.includedBytes } }

    /// The slot of a block that is not missing.
    public func slot(of root: Bytes32) -> UInt64? {
        guts.withLock { $0.state.nodes.standing(of: root) == .missing ? nil : $0.state.nodes.slot(of: root) }
    }

    /// The tree; built outside the lock from a copy of the value.
    ///
    /// - Parameters:
    ///   - isWhole: otherwise without included blocks, of which there may be very many; a line of others is whole.
    public func snapshot(isWhole: Bool = true) -> ForkTreeSnapshot {
        Self.snapshot(guts.withLock { $0.state }, isWhole: isWhole)
    }

    /// The same for whoever goes through a tree that may be very large: included blocks are told one by one.
    public func listing() -> (included: IncludedBlocks, others: ForkTreeSnapshot) {
        let state = guts.withLock { $0.state }
        return (state.nodes.included, Self.snapshot(state, isWhole: false))
    }

    private static func snapshot(_ state: ForkTreeState, isWhole: Bool) -> ForkTreeSnapshot {
        let roots = isWhole ? state.nodes.roots : state.nodes.unsettled { $0.standing != .missing }.map(\.key)
        let nodes = roots.compactMap { state.node($0) }
        let missing = state.nodes.unsettled { $0.standing == .missing }
        return ForkTreeSnapshot(
            treeRoot: state.treeRoot,
            nodes: nodes.sorted { ($0.slot, $0.root) < ($1.slot, $1.root) },
            missing: missing.map { root, node in
                MissingBlock(
                    root: root,
                    children: node.children.sorted(),
                    isAskedFor: state.outstanding.contains(root)
                )
            }.sorted { $0.root < $1.root }
        )
    }

    /// The first rule the tree breaks, or `nil`: for tests.
    func checkInvariants() -> String? {
        guts.withLock { guts in
            guts.callers.count == guts.state.waiters.count
                ? guts.state.checkInvariants() : "\(guts.callers.count) callers, \(guts.state.waiters.count) waiters"
        }
    }

    // MARK: Lock, then effects

    @discardableResult
    private func perform<R: Sendable>(_ body: (inout ForkTreeState, inout ForkTreeState.Effects) -> R) -> R {
        perform { state, _, effects in body(&state, &effects) }
    }

    /// Changes the value under the lock, then wakes and asks outside it.
    private func perform<R: Sendable>(
        _ body: (inout ForkTreeState, inout [UInt64: Caller], inout ForkTreeState.Effects) -> R
    ) -> R {
        var fetches: [Bytes32] = []
        var wakes: [(Caller, ForkTreeState.Wake)] = []
        let result = guts.withLock { guts in
            var effects = ForkTreeState.Effects()
            let result = body(&guts.state, &guts.callers, &effects)
            fetches = effects.fetches
            wakes.reserveCapacity(effects.wakes.count)
            for (id, wake) in effects.wakes {
                if let caller = guts.callers.removeValue(forKey: id) { wakes.append((caller, wake)) }
            }
            return result
        }
        for (caller, wake) in wakes { caller.resume(returning: wake) }
        for root in fetches where fetchRequests.trySend(root) != .enqueued {
            guts.withLock { guts in
                guts.state.statistics.fetchesRefused += 1
                guts.state.fetchEnded(root)
            }
        }
        return result
    }
}
