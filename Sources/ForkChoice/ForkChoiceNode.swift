public import ConsensusTypes
public import Hashing

/// What a block task tells fork choice of the block it has carried through: roots, slots, checkpoints.
public struct ForkChoiceBlock: Hashable, Sendable {
    public var root: Root
    public var parentRoot: Root
    public var slot: Slot
    public var proposerIndex: ValidatorIndex
    public var stateRoot: Root
    /// Hash of the execution payload, from gloas on of the one that the bid commits to; zero before bellatrix.
    public var executionBlockHash: Hash32
    /// From gloas on `parent_block_hash` of the bid: it says which payload the block builds on.
    public var parentExecutionBlockHash: Hash32
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
        parentExecutionBlockHash: Hash32 = Hash32(),
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
        self.parentExecutionBlockHash = parentExecutionBlockHash
        self.justified = justified
        self.finalized = finalized
        self.unrealizedJustified = unrealizedJustified
        self.unrealizedFinalized = unrealizedFinalized
    }
}

/// Who sits in the committees of a block's slot, by the state after the block: from gloas on fork choice counts them.
public struct BlockCommittees: Sendable {
    /// The payload timeliness committee of the block's slot, `PTC_SIZE` long.
    ///
    /// Spec: `get_ptc`.
    public var ptc: [ValidatorIndex]
    /// The members of all beacon committees of the block's slot; kept for two slots only.
    public var slot: ArraySlice<ValidatorIndex>

    public init(ptc: [ValidatorIndex], slot: ArraySlice<ValidatorIndex>) {
        self.ptc = ptc
        self.slot = slot
    }
}

/// What a block's task told of it, in one place for all copies of its node.
final class BlockFacts: Hashable, Sendable {
    let block: ForkChoiceBlock

    init(_ block: ForkChoiceBlock) { self.block = block }

    static func == (a: BlockFacts, b: BlockFacts) -> Bool { a === b || a.block == b.block }
    func hash(into hasher: inout Hasher) { hasher.combine(block) }
}

/// A block in the tree.
///
/// From gloas on it stands for up to three of the spec's nodes: itself (pending), without its payload (empty) and, once
/// the payload was verified, with it (full). A block before gloas is itself and full.
public struct ForkChoiceNode: Hashable, Sendable {
    private let facts: BlockFacts
    public let slot: Slot
    /// -1 for the tree's base.
    private var parentPosition: Int32 = -1
    /// The child that came last, and the one of the same parent that came before this one; -1 for none.
    var lastChild: Int32 = -1
    var previousSibling: Int32 = -1
    /// The heaviest viable child on the block without its payload and with it, boost left aside; -1 for none.
    var bestOnEmpty: Int32 = -1
    var bestOnFull: Int32 = -1
    /// Whether it builds on its parent's payload or goes on without.
    ///
    /// Spec: `get_parent_payload_status`.
    public internal(set) var parentStatus: PayloadStatus = .full
    /// Whether the payload comes after the block, on its own: since gloas.
    public let hasSeparatePayload: Bool
    /// Whether the payload is here and valid; always so before gloas.
    ///
    /// Spec: `is_payload_verified`.
    public internal(set) var isPayloadVerified: Bool
    /// Whether the payload has what the inclusion lists ask for; always so before heze.
    public internal(set) var satisfiesInclusionLists = true
    /// What the execution engine says of the payload; a block without one is valid.
    ///
    /// From gloas on: of the payloads that the block builds on, its own not among them.
    public internal(set) var execution: ExecutionStatus
    /// What it says of a payload that comes after the block, once that is here or refused.
    var separatePayload = ExecutionStatus.notValidated
    /// Whether it came before the attestation deadline of its own slot; `nil` for an anchor.
    public internal(set) var isTimely: Bool?
    /// Whether its chain leads through the finalized checkpoint; kept, so that a block need not walk down to it.
    var isOnFinalized = true
    /// Whether it came before the payload attestation deadline of its own slot; so does an anchor.
    var isTimelyForPTC = true
    /// Whether it is to be weighed anew.
    var isDirty = false
    /// Whether it is on the best chain, boost left aside.
    var isOnPath = false
    /// Which ways on may win, of the last head computation.
    var viable: PayloadVariants = []
    /// Votes that name this very block, by what they say of its payload.
    var votes = PayloadWeights()
    /// Votes for the node and all above it, of the last head computation.
    ///
    /// Spec: `get_attestation_score`.
    public internal(set) var scores = PayloadWeights()
    /// What the proposer's boost adds; filled in where a node is handed out, zero in the tree.
    var boost: Gwei = 0

    init(
        block: ForkChoiceBlock,
        parent: Int?,
        isTimely: Bool?,
        execution: ExecutionStatus,
        hasSeparatePayload: Bool
    ) {
        facts = BlockFacts(block)
        slot = block.slot
        self.isTimely = isTimely
        self.execution = execution
        self.hasSeparatePayload = hasSeparatePayload
        isPayloadVerified = !hasSeparatePayload
        self.parent = parent
    }

    public var block: ForkChoiceBlock { facts.block }
    public var root: Root { facts.block.root }

    /// Position of the parent in the tree; `nil` for the tree's base.
    public internal(set) var parent: Int? {
        get { parentPosition < 0 ? nil : Int(parentPosition) }
        set { parentPosition = newValue.map { Int32($0) } ?? -1 }
    }

    /// What the execution engine says of the block with its payload.
    public var payloadExecution: ExecutionStatus { hasSeparatePayload ? separatePayload : execution }

    /// Votes for this block and all above it, with the proposer's boost; of the last head computation.
    public var weight: Gwei { scores.pending &+ boost }
    /// Whether the branch may win, of the last head computation.
    public var isViable: Bool { !viable.isEmpty }

    /// The best child on the block without its payload or with it, boost left aside.
    func best(on status: PayloadStatus) -> Int? {
        let child = status == .empty ? bestOnEmpty : bestOnFull
        return child < 0 ? nil : Int(child)
    }
}

/// Where a chain ends: a block, and whether its payload belongs to the chain.
public struct ForkChoiceHead: Hashable, Sendable {
    public let node: ForkChoiceNode
    /// `empty` or `full`; always `full` before gloas.
    public let payloadStatus: PayloadStatus

    public var root: Root { node.root }
    public var slot: Slot { node.slot }
    /// The same by root, as the specification names it.
    public var payloadNode: PayloadNode { PayloadNode(root: node.root, payloadStatus: payloadStatus) }
}
