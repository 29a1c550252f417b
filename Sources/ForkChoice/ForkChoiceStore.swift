public import ConsensusTypes
public import Hashing

/// The spec's fork-choice `Store`, as a value.
///
/// Blocks stand in an array in the order of their arrival, each behind its parent. Votes are kept as a weight on the
/// block they name, moved when a validator votes anew. Sums (`Lines`), viability and the ways on are kept, too: a head
/// computation looks only at what has changed since the last one (`+Branches`), and never walks over validators. When
/// another checkpoint becomes justified, all votes are weighed anew once.
///
/// From gloas on the spec's tree has a node for a block, one for it without and one for it with its payload. Here they
/// are three weights on one block, and each block says to which of its parent's it belongs.
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

    var nodes = BlockTable()
    /// Votes for each block and all above it.
    var lines = Lines()
    /// What the last head computation left for the next one.
    var branches = Branches()
    /// By validator index.
    var latestMessages: [LatestMessage] = []
    var balances: [Checkpoint: ActiveBalances]
    /// The weights that the votes on the nodes were counted with.
    var countedBalances: ActiveBalances
    /// What the payload timeliness committee said of each block since gloas, for blocks of the last slots: only the
    /// decision of the slot behind a block reads it.
    var payloadVotes: [Root: PayloadVotes] = [:]
    /// Members of the committees of a block's slot, for blocks of this and the previous slot: no other is asked for.
    var slotCommittees: [Root: ArraySlice<ValidatorIndex>] = [:]
    /// Inclusion lists of the last slots.
    public internal(set) var inclusionLists = InclusionListStore()

    /// A validator's last vote.
    ///
    /// Spec: `LatestMessage`.
    struct LatestMessage: Sendable {
        /// One more than the slot of the vote, so that 0 means none.
        var slotPlusOne: UInt64 = 0
        /// Position of the block voted for; -1 once it was pruned.
        var node: Int32 = -1
        /// Whether it votes for the block with its payload.
        var payloadPresent = false
    }

    /// Spec: `get_forkchoice_store`.
    ///
    /// - Parameters:
    ///   - anchor: the anchor block, whose checkpoints are replaced by itself.
    ///   - balances: of the anchor state as it is.
    ///   - committees: of the anchor's slot, from gloas on; without them votes on the anchor's payload are not taken.
    public init(
        anchor: ForkChoiceBlock,
        genesisTime: UInt64,
        balances: ActiveBalances,
        committees: BlockCommittees? = nil,
        spec: ChainSpec
    ) {
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
        let hasSeparatePayload = spec.fork(atSlot: anchor.slot) >= .gloas
        var standing = BlockStanding(hasSeparatePayload: hasSeparatePayload)
        standing.execution = .valid
        nodes.append(
            block,
            parent: nil,
            traits: BlockTraits(hasSeparatePayload: hasSeparatePayload),
            standing: standing
        )
        lines.append(parent: nil)
        self.balances = [checkpoint: balances]
        countedBalances = balances
        timeMs = 0
        timeMs = timeAtSlotMs(anchor.slot)
        if hasSeparatePayload {
            payloadVotes[anchor.root] = PayloadVotes(
                ptc: committees?.ptc ?? [],
                size: Int(clamping: spec.preset.ptcSize)
            )
        }
        slotCommittees[anchor.root] = committees?.slot
        branches.epoch = currentEpoch
        noteTime(0)
    }

    /// Whether the block is in the tree.
    public func contains(_ root: Root) -> Bool { find(root) != nil }

    /// How many blocks are in the tree.
    public var count: Int { nodes.count }

    /// Position of a block; `nil` where it is not in the tree.
    func find(_ root: Root) -> Int? { nodes.position(of: root) }

    /// The block's node.
    public func node(_ root: Root) -> ForkChoiceNode? { find(root).map { node(at: $0) } }

    /// A node as it is handed out: with the boost in its weight.
    func node(at position: Int) -> ForkChoiceNode {
        let sum = lines.sum(position)
        return nodes.node(at: position, sum: sum, boost: boostedWeights(position).pending &- sum)
    }

    /// Whether the weights under `checkpoint` were supplied.
    public func hasBalances(_ checkpoint: Checkpoint) -> Bool { balances[checkpoint] != nil }

    /// Supplies the weights under a checkpoint that may become justified.
    public mutating func supply(_ weights: ActiveBalances, for checkpoint: Checkpoint) {
        balances[checkpoint] = weights
    }
}
