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
        counts: [String: Int]
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
    }
}
