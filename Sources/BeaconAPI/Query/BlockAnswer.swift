/// The life of one block.
public struct BlockAnswer: Codable, Hashable, Sendable {
    /// How long a stage took.
    public struct StageTime: Codable, Hashable, Sendable {
        public var stage: String
        public var nanoseconds: UInt64

        public init(stage: String, nanoseconds: UInt64) {
            self.stage = stage
            self.nanoseconds = nanoseconds
        }
    }

    public var root: String
    public var slot: UInt64
    public var parentRoot: String
    public var proposerIndex: UInt64?
    /// The name of its lifecycle state.
    public var state: String
    /// Why it is invalid or was dropped, as a name.
    public var cause: String?
    /// The stage that found it invalid.
    public var stage: String?
    /// The first bad block above it, where that is the reason.
    public var ancestor: String?
    /// The error in words.
    public var reason: String?
    /// In the order in which a block passes them.
    public var stages: [StageTime]
    /// What was found of its blob data: `available`, `assumed` or `unavailable`, where it has blobs.
    public var data: String?
    /// The parent it had to wait for.
    public var waitedFor: String?
    public var waitNanoseconds: UInt64
    /// The ancestor that nobody has sent, while it waits for one.
    public var missing: String?
    /// Milliseconds since 1970; 0 for an anchor.
    public var receivedAt: UInt64
    public var origin: String
    /// Set once the transition has proved it.
    public var stateRoot: String?
    /// Whether it is the head or above it; not said of blocks that are not in fork choice.
    public var isCanonical: Bool?
    public var weight: UInt64?
    public var children: [String]

    public init(
        root: String,
        slot: UInt64,
        parentRoot: String,
        state: String,
        receivedAt: UInt64,
        origin: String
    ) {
        self.root = root
        self.slot = slot
        self.parentRoot = parentRoot
        self.state = state
        self.receivedAt = receivedAt
        self.origin = origin
        stages = []
        waitNanoseconds = 0
        children = []
    }
}

/// The blocks that a name means.
public struct BlocksAnswer: Codable, Hashable, Sendable {
    public var blocks: [BlockAnswer]

    public init(blocks: [BlockAnswer]) { self.blocks = blocks }
}
