public import BlockPipeline
internal import ChainStore
internal import Concurrency
public import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import GossipIngest
public import Hashing
internal import StateTransition

/// What came of a replay.
public struct ReplayReport: Sendable {
    /// Which messages are told of one by one; all are counted.
    public enum Listing: Hashable, Sendable {
        case all
        /// Those that went wrong, so many blocks and so many envelopes.
        ///
        /// Overflow: the first stay, later ones are counted (`Sums.unlisted`).
        case faults(atMost: Int)
    }

    /// What came of one message.
    public struct Result: Sendable {
        public var name: String
        public var index: Int
        /// `nil` when the bytes were no block.
        public var root: Root?
        public var slot: Slot
        /// The name of the lifecycle state it ended in.
        public var state: String
        /// The name of the reason, where it is invalid.
        public var cause: String?
        /// The first bad block above, where that is the reason.
        public var ancestor: Root?
        /// The ancestor that never came, where it is pending.
        public var missing: Root?
        /// The block whose payload envelope never came, where it is pending for that.
        public var missingEnvelope: Root?
        /// The stream says that it will stay pending.
        public var isOrphan: Bool
        public var stage: String
        public var reason: String
        /// What was found of its blob data: the name of a `DataResult`, where it has blobs.
        public var data: String?
        /// The state was proved to have this root, where it is included.
        public var stateRoot: Root?

        init(_ label: ReplayMessage.Label, _ outcome: BlockOutcome) {
            name = label.item.name
            index = label.index
            isOrphan = label.item.isOrphan
            root = outcome.root == Root() ? nil : outcome.root
            slot = outcome.record.slot
            state = outcome.state.name
            stage = outcome.stage.name
            reason = outcome.record.reasonText
            stateRoot = outcome.stateRoot
            data = outcome.record.data?.name
            guard case .invalid(let why, let at) = outcome.state else { return }
            stage = at.name
            cause = why.name
            if case .ancestor(let root) = why { ancestor = root }
        }
    }

    /// What came of one payload envelope.
    public struct Envelope: Sendable {
        public var name: String
        public var index: Int
        /// Of the block whose payload it is; `nil` when the bytes were no envelope.
        public var root: Root?
        public var slot: Slot
        /// The name of a `PayloadOutcome.State`.
        public var state: String
        public var reason: String
        /// Nanoseconds it waited for its block, and was verified.
        public var waited: UInt64
        public var verified: UInt64

        init(_ label: ReplayMessage.Label, _ outcome: PayloadOutcome) {
            name = label.item.name
            index = label.index
            root = outcome.blockRoot
            slot = outcome.slot
            state = outcome.state.name
            reason = outcome.state.reason ?? ""
            waited = outcome.waited
            verified = outcome.verified
        }
    }

    /// How long a stage took, in nanoseconds.
    public struct StageTime: Sendable {
        public var stage: String
        public var count: UInt64
        public var p50: UInt64
        public var p95: UInt64
        public var p99: UInt64
    }

    /// Which messages `results` and `envelopes` tell of.
    public var listing = Listing.all
    /// Blocks in the order of the stream, those that were to be listed.
    public var results: [Result] = []
    /// Payload envelopes that were to be listed, apart from blocks.
    public var envelopes: [Envelope] = []
    /// All of them in numbers.
    public var sums = Sums()
    /// Envelopes by the state they ended in.
    public var envelopeCounts: [String: Int] { sums.envelopes }
    /// Blocks by the lifecycle state they ended in.
    public var counts: [String: Int] { sums.blocks }
    /// Blocks with blobs by what was found of their data; each result has a count.
    public var data: [String: Int] { sums.data }
    /// Blocks of the streams, whatever came of them.
    public var messages: Int { sums.blocks.values.reduce(0, +) }
    /// Sidecars in the streams.
    public var sidecars = 0
    /// Those that prove nothing.
    public var rejectedSidecars: [Rejection] = []
    public var head: Root
    public var headSlot: Slot
    public var headStateRoot: Root
    public var justified: Checkpoint
    public var finalized: Checkpoint
    public var seconds: Double
    /// Whose signatures were believed without being looked at.
    public var assumed = AssumedSignatures.none
    public var transitions: UInt64
    /// Requests for blocks that others waited for: one a root.
    public var requests: UInt64 = 0
    public var stages: [StageTime]
    /// Expectations that do not hold.
    public var problems: [String] = []
    /// What it took, in bytes.
    public var memory: Memory?

    /// Memory at the end of a replay, in bytes.
    public struct Memory: Hashable, Sendable {
        /// Of the process: now, without what is mapped, and at most.
        public var resident: Int
        public var anonymous: Int
        public var peak: Int
        /// Of states in memory: how many, their bytes, their bound at the end, and those that had to go.
        public var states: Int
        public var stateBytes: Int
        public var stateLimit: Int
        public var statesEvicted: UInt64
        /// Of other caches, by name.
        public var caches: [String: Int]
        /// States that had to be rebuilt.
        public var rebuildings: UInt64

        init?(_ chain: Chain) {
            guard let process = ProcessMemory.read() else { return nil }
            resident = process.resident
            anonymous = process.anonymous
            peak = process.peak
            let cache = chain.states.cache
            states = cache.count
            stateBytes = cache.bytes
            stateLimit = cache.limit
            statesEvicted = cache.evicted
            caches = chain.rules.caches.holdings.reduce(into: [:]) { $0[$1.name] = $1.bytes }
            caches["store"] = chain.store.cachedBytes
            caches["fork_choice"] = chain.choice.snapshot.tree.bytes
            caches["fork_tree"] = chain.tree.bytes
            rebuildings = chain.states.rebuildings
        }
    }

    init(snapshot: ForkChoiceSnapshot, metrics: PipelineMetrics, seconds: Double) {
        head = snapshot.head.root
        headSlot = snapshot.head.slot
        headStateRoot = snapshot.head.block.stateRoot
        justified = snapshot.justified
        finalized = snapshot.finalized
        self.seconds = seconds
        transitions = metrics.transitions
        stages = metrics.stages.map { stage, histogram in
            let summary = histogram.summary
            return StageTime(
                stage: stage.name,
                count: summary.count,
                p50: summary.p50,
                p95: summary.p95,
                p99: summary.p99
            )
        }
    }

    public var included: Int { counts["included"] ?? 0 }
    public var invalid: Int { counts["invalid"] ?? 0 }
    public var pending: Int { counts["pending"] ?? 0 }

    /// Included blocks a second.
    public var blocksPerSecond: Double { seconds > 0 ? Double(included) / seconds : 0 }

    /// A sidecar that could not be read, or does not belong to its block.
    public struct Rejection: Hashable, Sendable {
        public var name: String
        public var reason: String
    }

    /// A block that never came, and how many waited for it.
    public struct Missing: Hashable, Sendable {
        public var root: Root
        public var waiting: Int
    }

    /// Blocks that never came, in the order of their roots.
    public var missing: [Missing] {
        sums.missing.sorted { $0.key < $1.key }.map { Missing(root: $0.key, waiting: $0.value) }
    }

    /// Messages that are neither included nor copies of one that is, nor pending as the stream says they will be; as far
    /// as they are listed.
    public var failures: [Result] { results.filter(\.isFault) }

    /// Envelopes that are neither in, nor copies of one that is, nor of the past; as far as they are listed.
    public var envelopeFailures: [Envelope] { envelopes.filter(\.isFault) }

    /// Whether all is as it should be.
    public var isGood: Bool { sums.faults == 0 && problems.isEmpty }
}

extension ReplayReport {
    /// What came of all messages, in numbers.
    public struct Sums: Hashable, Sendable {
        /// By the lifecycle state they ended in.
        public private(set) var blocks: [String: Int] = [:]
        public private(set) var envelopes: [String: Int] = [:]
        public private(set) var data: [String: Int] = DataResult.allCases.reduce(into: [:]) { $0[$1.name] = 0 }
        /// Blocks that never came, and how many waited for each.
        public private(set) var missing: [Root: Int] = [:]
        /// Messages that went wrong.
        public private(set) var faults = 0
        /// Those of them that are not listed.
        public internal(set) var unlisted = 0

        mutating func add(_ result: Result) {
            blocks[result.state, default: 0] += 1
            if let found = result.data { data[found, default: 0] += 1 }
            if let absent = result.missing { missing[absent, default: 0] += 1 }
            if result.isFault { faults += 1 }
        }

        mutating func add(_ envelope: Envelope) {
            envelopes[envelope.state, default: 0] += 1
            if envelope.isFault { faults += 1 }
        }
    }
}

extension ReplayReport.Result {
    /// Neither included nor a copy of one that is, nor pending as the stream says it will be.
    var isFault: Bool {
        switch state {
        case "included", "duplicate": false
        case "pending": !isOrphan
        default: true
        }
    }
}

extension ReplayReport.Envelope {
    /// Neither in, nor a copy of one that is, nor of the past.
    var isFault: Bool { !["included", "duplicate", "ignored"].contains(state) }
}
