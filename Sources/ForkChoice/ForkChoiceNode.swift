public import ConsensusTypes

/// What a block task tells fork choice of the block it has carried through: roots, slots, checkpoints.
public struct ForkChoiceBlock: Hashable, Sendable {
    public var root: Root
    public var parentRoot: Root
    public var slot: Slot
    public var proposerIndex: ValidatorIndex
    public var stateRoot: Root
    /// Hash of the execution payload; zero before bellatrix.
    public var executionBlockHash: Hash32
    /// `current_justified_checkpoint` of the post-state.
    public var justified: Checkpoint
    /// `finalized_checkpoint` of the post-state.
    public var finalized: Checkpoint
    /// The same two after `process_justification_and_finalization` on a copy of the post-state.
    public var unrealizedJustified: Checkpoint
    public var unrealizedFinalized: Checkpoint

    public init(
        root: Root,
        parentRoot: Root,
        slot: Slot,
        proposerIndex: ValidatorIndex,
        stateRoot: Root,
        executionBlockHash: Hash32,
        justified: Checkpoint,
        finalized: Checkpoint,
        unrealizedJustified: Checkpoint,
        unrealizedFinalized: Checkpoint
    ) {
        self.root = root
        self.parentRoot = parentRoot
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.stateRoot = stateRoot
        self.executionBlockHash = executionBlockHash
        self.justified = justified
        self.finalized = finalized
        self.unrealizedJustified = unrealizedJustified
        self.unrealizedFinalized = unrealizedFinalized
    }
}

/// A block in the tree.
public struct ForkChoiceNode: Hashable, Sendable {
    public var block: ForkChoiceBlock
    /// Position of the parent in the tree; `nil` for the tree's base.
    public internal(set) var parent: Int?
    /// Whether it came before the attestation deadline of its own slot; `nil` for an anchor.
    public internal(set) var isTimely: Bool?
    /// What the execution engine says of the payload; a block without one is valid.
    public internal(set) var execution: ExecutionStatus
    /// Votes for this very block, in Gwei.
    var votes: Gwei = 0
    /// Votes for this block and all above it, with the proposer's boost; of the last head computation.
    public internal(set) var weight: Gwei = 0
    /// Whether the branch may win, of the last head computation.
    public internal(set) var isViable = false

    public var root: Root { block.root }
    public var slot: Slot { block.slot }
}
