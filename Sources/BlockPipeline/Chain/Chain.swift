public import ChainStore
public import Concurrency
public import ConsensusTypes
internal import ForkChoice
public import ForkTree
internal import GossipValidation
internal import Hashing
internal import SSZ
public import StateTransition

/// One chain being followed: its rules, its store, its tree, its fork choice, and the states it keeps at hand.
///
/// The parts have owners of their own (`ForkTree` a lock, `ForkChoice` an actor, `ChainStore` its threads); a `Chain`
/// only brings them together, and every block task works on it. `Chain.open` makes one.
public final class Chain: Sendable {
    public let spec: ChainSpec
    public let rules: TransitionRules
    public let store: ChainStore
    public let tree: ForkTree
    public let choice: ForkChoice
    public let states: StateProvider
    /// Who says whether blocks' blob data can be had.
    public let data: any DataAvailability
    /// Who waits for payloads that come apart from their blocks.
    public let payloads: PayloadLedger
    public let clock: any WallClock
    public let time: TimePolicy
    public let limits: ChainLimits
    let durability: Durability
    public let metrics = PipelineMetrics()
    /// Where transitions run: own threads, as many as there are cores.
    let executor: ThreadExecutor
    /// Where blocks are decoded and signed off: as many threads again, so that what has just come does not stand
    /// before what is about to be included.
    let intake: ThreadExecutor
    let cores: CoreThreads
    let checks: SignatureChecks
    /// Post-states of blocks that are not included yet.
    public let ahead = AheadStates()
    /// The head's state at the start of the next epoch.
    let prepared = PreparedState()
    /// Whose signatures are believed.
    public let assumed: AssumedSignatures
    /// Who writes finalized states down.
    let recorder: StateRecorder
    /// What gossip rules have accepted of late.
    let seen = Guarded(GossipSeen())
    /// The latest state, asked for proposers' keys only.
    let registry: Guarded<BeaconState>

    init(
        rules: TransitionRules,
        store: ChainStore,
        tree: ForkTree,
        choice: ForkChoice,
        states: StateProvider,
        executor: ThreadExecutor,
        intake: ThreadExecutor,
        cores: CoreThreads,
        recorder: StateRecorder,
        anchor: PostState,
        options: ChainOptions
    ) {
        spec = rules.spec
        self.rules = rules
        self.store = store
        self.tree = tree
        self.choice = choice
        self.states = states
        self.executor = executor
        self.intake = intake
        self.cores = cores
        checks = SignatureChecks(caches: rules.caches, width: max(1, options.width / 2))
        assumed = options.assumed
        self.recorder = recorder
        data = options.data
        payloads = PayloadLedger(limits: options.payloads)
        clock = options.clock
        time = options.time
        limits = options.limits
        durability = options.durability
        registry = Guarded(anchor.state)
    }

    /// Tells the cache of public keys of the latest registry; answers how many validators it covers now.
    public func coverKeys() -> Int {
        let registry = registry.withLock { $0.validators }
        rules.caches.pubkeys.cover(registry)
        return registry.count
    }

    /// Moves fork choice to the present of the wall clock.
    public func tick() async throws {
        guard time == .wallClock else { return }
        try await choice.tick(clock.now)
    }

    /// The slot that it is, by the clock where time goes by that: fork choice may hear of it later, on a busy machine by
    /// more than a slot.
    var presentSlot: Slot {
        let known = choice.snapshot.currentSlot
        return time == .wallClock ? max(known, choice.slot(atMs: clock.now)) : known
    }

    /// Ends all waits and closes the store; the tasks that use the chain have ended or end now.
    public func close() async throws {
        tree.close()
        payloads.close()
        await recorder.close()
        await intake.shutdown()
        await executor.shutdown()
        await cores.shutdown()
        try await store.close()
    }
}

/// Where fork choice takes its time from.
public enum TimePolicy: Hashable, Sendable {
    /// The clock: a block from the future waits for its slot.
    case wallClock
    /// The blocks themselves: it is always the start of the slot behind the latest one seen, so that no block is
    /// early and none is timely, and the order of delivery makes no difference.
    case followBlocks
}

/// Bounds on what one block may cost.
public struct ChainLimits: Hashable, Sendable {
    /// Bytes of a block after decompression.
    ///
    /// Spec: `MAX_PAYLOAD_SIZE`.
    public var blockBytes = 10_485_760
    /// Slots that a block may be early; it waits for its slot.
    public var futureSlots: UInt64 = 2
    /// Slots between a block and its parent; more would make an empty chain an attack.
    public var emptySlots: UInt64 = 1 << 20
    /// Bytes of states in memory, measured.
    public var stateBytes = 1 << 30
    /// Bytes of shufflings in memory; one of a million validators takes 16 MB.
    public var shufflingBytes = 256 << 20

    public init() {}
}

/// What a chain is opened with besides its store.
public struct ChainOptions: Sendable {
    public var clock: any WallClock = SystemClock()
    public var time: TimePolicy = .wallClock
    /// Whose signatures are believed without being looked at.
    public var assumed = AssumedSignatures.none
    public var engine: any ExecutionEngine = OptimisticEngine()
    public var data: any DataAvailability = AssumedData()
    /// `.synced` survives the loss of power, `.written` the death of the process.
    public var durability = Durability.synced
    /// Which finalized states are kept.
    public var history = StateHistory()
    public var limits = ChainLimits()
    /// The states in memory, where somebody wants to watch them from before the chain is open; its limit is `limits`'.
    public var cache: StateCache?
    public var tree = ForkTreeLimits()
    public var payloads = PayloadLimits()
    /// Who keeps blocks whose post-state is not the one they name.
    public var evidence: (any EvidenceKeeper)?
    /// Threads for transitions; as many as there are cores.
    public var width = 2

    public init() {}
}
