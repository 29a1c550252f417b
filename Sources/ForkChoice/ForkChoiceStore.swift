public import ConsensusTypes
public import Hashing

/// The spec's fork-choice `Store`, as a value.
///
/// Blocks stand in an array in the order of their arrival, each behind its parent. Votes are kept as a weight on the
/// block they name, moved when a validator votes anew; a head computation is one pass from the last block to the first
/// that sums weights up and passes viability down, and never walks over validators. When another checkpoint becomes
/// justified, all votes are weighed anew once.
///
/// The store never sees a state. What it needs of one comes with each block (`ForkChoiceBlock`) and as
/// `ActiveBalances` for each checkpoint that may become justified, supplied beforehand.
public struct ForkChoiceStore: Sendable {
    public let spec: ChainSpec
    /// Milliseconds since 1970.
    ///
    /// Spec: `time_ms`.
    public internal(set) var timeMs: UInt64
    public let genesisTimeMs: UInt64
    public internal(set) var justifiedCheckpoint: Checkpoint
    public internal(set) var finalizedCheckpoint: Checkpoint
    public internal(set) var unrealizedJustifiedCheckpoint: Checkpoint
    public internal(set) var unrealizedFinalizedCheckpoint: Checkpoint
    /// Zero where no block has the boost.
    public internal(set) var proposerBoostRoot = Root()
    public internal(set) var equivocatingIndices: Set<ValidatorIndex> = []

    /// Parents before children.
    public internal(set) var nodes: [ForkChoiceNode]
    var positions: [Root: Int]
    /// By validator index.
    var latestMessages: [LatestMessage] = []
    var balances: [Checkpoint: ActiveBalances]
    /// The weights that the votes on the nodes were counted with.
    var countedBalances: ActiveBalances

    /// A validator's last vote.
    ///
    /// Spec: `LatestMessage`.
    struct LatestMessage: Sendable {
        /// One more than the epoch of the vote, so that 0 means none.
        var epochPlusOne: UInt64 = 0
        /// Position of the block voted for; -1 once it was pruned.
        var node: Int32 = -1
    }

    /// Spec: `get_forkchoice_store`.
    ///
    /// - Parameters:
    ///   - anchor: the anchor block, whose checkpoints are replaced by itself.
    ///   - balances: of the anchor state as it is.
    public init(anchor: ForkChoiceBlock, genesisTime: UInt64, balances: ActiveBalances, spec: ChainSpec) {
        self.spec = spec
        let checkpoint = Checkpoint(epoch: anchor.slot / spec.preset.slotsPerEpoch, root: anchor.root)
        var block = anchor
        block.unrealizedJustified = checkpoint
        block.unrealizedFinalized = checkpoint
        genesisTimeMs = genesisTime.multipliedReportingOverflow(by: 1000).overflow ? .max : genesisTime * 1000
        justifiedCheckpoint = checkpoint
        finalizedCheckpoint = checkpoint
        unrealizedJustifiedCheckpoint = checkpoint
        unrealizedFinalizedCheckpoint = checkpoint
        nodes = [ForkChoiceNode(block: block, parent: nil, isTimely: nil, execution: .valid)]
        positions = [anchor.root: 0]
        self.balances = [checkpoint: balances]
        countedBalances = balances
        timeMs = 0
        timeMs = timeAtSlotMs(anchor.slot)
    }

    /// Whether the block is in the tree.
    public func contains(_ root: Root) -> Bool { positions[root] != nil }

    /// The block's node.
    public func node(_ root: Root) -> ForkChoiceNode? { positions[root].map { nodes[$0] } }

    /// Whether the weights under `checkpoint` were supplied.
    public func hasBalances(_ checkpoint: Checkpoint) -> Bool { balances[checkpoint] != nil }

    /// Supplies the weights under a checkpoint that may become justified.
    public mutating func supply(_ weights: ActiveBalances, for checkpoint: Checkpoint) {
        balances[checkpoint] = weights
    }
}
