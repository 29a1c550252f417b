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

/// A block in the tree, as it is handed out.
///
/// From gloas on it stands for up to three of the spec's nodes: itself (pending), without its payload (empty) and, once
/// the payload was verified, with it (full). A block before gloas is itself and full.
public struct ForkChoiceNode: Hashable, Sendable {
    public let block: ForkChoiceBlock
    /// Position of the parent in the tree; `nil` for the tree's base.
    public let parent: Int?
    /// Whether it builds on its parent's payload or goes on without.
    ///
    /// Spec: `get_parent_payload_status`.
    public let parentStatus: PayloadStatus
    /// Whether the payload comes after the block, on its own: since gloas.
    public let hasSeparatePayload: Bool
    /// Whether the payload is here and valid; always so before gloas.
    ///
    /// Spec: `is_payload_verified`.
    public let isPayloadVerified: Bool
    /// Whether the payload has what the inclusion lists ask for; always so before heze.
    public let satisfiesInclusionLists: Bool
    /// What the execution engine says of the payload; a block without one is valid.
    ///
    /// From gloas on: of the payloads that the block builds on, its own not among them.
    public let execution: ExecutionStatus
    /// What the execution engine says of the block with its payload.
    public let payloadExecution: ExecutionStatus
    /// Whether it came before the attestation deadline of its own slot; `nil` for an anchor.
    public let isTimely: Bool?
    /// Whether the branch may win, of the last head computation.
    public let isViable: Bool
    /// Votes for the node and all above it, of the last head computation; none once it is refused.
    ///
    /// Spec: `get_attestation_score`.
    public let attestationScore: Gwei
    /// What the proposer's boost adds.
    private let boost: Gwei

    init(
        _ block: ForkChoiceBlock,
        _ facts: BlockFacts,
        _ standing: BlockStanding,
        sum: Gwei,
        boost: Gwei
    ) {
        self.block = block
        parent = facts.parent
        parentStatus = facts.parentStatus
        hasSeparatePayload = facts.hasSeparatePayload
        isTimely = facts.isTimely
        isPayloadVerified = standing.isPayloadVerified
        satisfiesInclusionLists = standing.satisfiesInclusionLists
        execution = standing.execution
        payloadExecution = standing.payloadExecution
        isViable = !standing.viable.isEmpty
        attestationScore = sum
        self.boost = boost
    }

    public var root: Root { block.root }
    public var slot: Slot { block.slot }

    /// Votes for this block and all above it, with the proposer's boost; of the last head computation.
    public var weight: Gwei { attestationScore &+ boost }
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
