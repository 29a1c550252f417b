/// The fork tree: every block since the finalized one, and those that wait, failed or were dropped.
public struct TreeAnswer: Codable, Hashable, Sendable {
    /// One block of the tree.
    public struct Block: Codable, Hashable, Sendable {
        public var root: String
        public var slot: UInt64
        public var parentRoot: String
        /// The name of its lifecycle state.
        public var state: String
        /// Why it is invalid or was dropped.
        public var cause: String?
        /// The stage that found it invalid.
        public var stage: String?
        /// The votes for it and what descends from it, in Gwei; of included blocks.
        public var weight: UInt64?
        /// Whether its branch may become the head; of included blocks.
        public var isViable: Bool?
        /// Whether no execution engine has judged its payload; of included blocks.
        public var executionOptimistic: Bool?

        public init(
            root: String,
            slot: UInt64,
            parentRoot: String,
            state: String,
            cause: String? = nil,
            stage: String? = nil,
            weight: UInt64? = nil,
            isViable: Bool? = nil,
            executionOptimistic: Bool? = nil
        ) {
            self.root = root
            self.slot = slot
            self.parentRoot = parentRoot
            self.state = state
            self.cause = cause
            self.stage = stage
            self.weight = weight
            self.isViable = isViable
            self.executionOptimistic = executionOptimistic
        }
    }

    public var head: String
    public var justified: CheckpointAnswer
    public var finalized: CheckpointAnswer
    /// By slot, then root.
    public var blocks: [Block]
    /// Roots that blocks wait for and that nobody has sent.
    public var missing: [String]

    public init(
        head: String,
        justified: CheckpointAnswer,
        finalized: CheckpointAnswer,
        blocks: [Block],
        missing: [String]
    ) {
        self.head = head
        self.justified = justified
        self.finalized = finalized
        self.blocks = blocks
        self.missing = missing
    }
}
