public import ConsensusTypes
internal import Hashing

/// An epoch and the root of the block at its start.
public struct CheckpointAnswer: Codable, Hashable, Sendable {
    public var epoch: UInt64
    public var root: String

    public init(epoch: UInt64, root: String) {
        self.epoch = epoch
        self.root = root
    }

    public init(_ checkpoint: Checkpoint) {
        self.init(epoch: checkpoint.epoch, root: "\(checkpoint.root)")
    }
}

/// What a chain holds in memory, in bytes.
public struct MemoryAnswer: Codable, Hashable, Sendable {
    /// States in memory, and what they take together.
    public var states: Int
    public var stateBytes: Int
    public var stateLimit: Int
    /// States given up for others since the start.
    public var statesEvicted: UInt64
    /// Other caches, by name.
    public var caches: [String: Int]

    public init(states: Int, stateBytes: Int, stateLimit: Int, statesEvicted: UInt64, caches: [String: Int]) {
        self.states = states
        self.stateBytes = stateBytes
        self.stateLimit = stateLimit
        self.statesEvicted = statesEvicted
        self.caches = caches
    }
}

/// Where the chain stands.
public struct HeadAnswer: Codable, Hashable, Sendable {
    public var root: String
    public var slot: UInt64
    public var parentRoot: String
    public var stateRoot: String
    /// The slot of fork choice's clock.
    public var currentSlot: UInt64
    public var justified: CheckpointAnswer
    public var finalized: CheckpointAnswer
    public var unrealizedJustified: CheckpointAnswer
    /// Whether no execution engine has judged the head's payload.
    public var executionOptimistic: Bool
    /// The network's name.
    public var network: String
    /// Known blocks that are not final yet, by lifecycle state.
    public var counts: [String: Int]
    /// What the chain holds in memory; not told by nodes of earlier versions.
    public var memory: MemoryAnswer?

    public init(
        root: String,
        slot: UInt64,
        parentRoot: String,
        stateRoot: String,
        currentSlot: UInt64,
        justified: CheckpointAnswer,
        finalized: CheckpointAnswer,
        unrealizedJustified: CheckpointAnswer,
        executionOptimistic: Bool,
        network: String,
        counts: [String: Int],
        memory: MemoryAnswer? = nil
    ) {
        self.root = root
        self.slot = slot
        self.parentRoot = parentRoot
        self.stateRoot = stateRoot
        self.currentSlot = currentSlot
        self.justified = justified
        self.finalized = finalized
        self.unrealizedJustified = unrealizedJustified
        self.executionOptimistic = executionOptimistic
        self.network = network
        self.counts = counts
        self.memory = memory
    }
}
