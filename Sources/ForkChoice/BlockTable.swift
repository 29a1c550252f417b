internal import ConsensusTypes
internal import Hashing

/// What never changes of a block in the tree.
struct BlockFacts: Sendable {
    let root: Root
    let stateRoot: Root
    let executionBlockHash: Hash32
    let slot: Slot
    let proposerIndex: ValidatorIndex
    /// -1 for the tree's base.
    fileprivate let parentPosition: Int32
    /// How many blocks its chain has below it.
    fileprivate let depth: Int32
    /// A block further down on its chain, by which far ones are found in few steps.
    fileprivate let jump: Int32
    /// Which of the table's checkpoints are the block's.
    fileprivate let checkpoints: Int32
    /// Where `parent_block_hash` of the bid stands: -1 for zeros, else the position of a block whose payload it is, or
    /// below -1 a place among the hashes of payloads that are not in the tree.
    fileprivate let parentHash: Int32
    let parentStatus: PayloadStatus
    let hasSeparatePayload: Bool
    let isTimely: Bool?
    let isTimelyForPTC: Bool

    /// Position of the parent in the tree; `nil` for the tree's base.
    var parent: Int? { parentPosition < 0 ? nil : Int(parentPosition) }

    /// Spec: `is_execution_block`.
    var hasPayload: Bool { executionBlockHash != Hash32() }
}

/// The checkpoints of a block, which most of its neighbours have as well.
struct BlockCheckpoints: Hashable, Sendable {
    let justified: Checkpoint
    let finalized: Checkpoint
    let unrealizedJustified: Checkpoint
    let unrealizedFinalized: Checkpoint
}

/// What is said of a block beside what it brings along.
struct BlockTraits {
    var isTimely: Bool?
    var isTimelyForPTC = true
    var parentStatus = PayloadStatus.full
    var hasSeparatePayload: Bool
}

/// What may change of a block, seldom: copies are published, so what every head changes stands elsewhere (`Lines`).
struct BlockStanding: Sendable {
    /// Votes that name this very block, by what they say of its payload.
    var votes = PayloadWeights()
    /// What the execution engine says of the payload, from gloas on of those that the block builds on.
    var execution = ExecutionStatus.notValidated
    /// What it says of a payload that comes after the block, once that is here or refused.
    var separatePayload = ExecutionStatus.notValidated
    let hasSeparatePayload: Bool
    /// Whether the payload is here and valid; always so before gloas.
    ///
    /// Spec: `is_payload_verified`.
    var isPayloadVerified: Bool
    /// Whether the payload has what the inclusion lists ask for; always so before heze.
    var satisfiesInclusionLists = true
    /// Whether its chain leads through the finalized checkpoint; kept, so that a block need not walk down to it.
    var isOnFinalized = true
    /// Which ways on may win, of the last head computation.
    var viable: PayloadVariants = []

    init(hasSeparatePayload: Bool) {
        self.hasSeparatePayload = hasSeparatePayload
        isPayloadVerified = !hasSeparatePayload
    }

    /// What the execution engine says of the block with its payload.
    var payloadExecution: ExecutionStatus { hasSeparatePayload ? separatePayload : execution }

    /// What the block adds to its own sum and those below: nothing once it is refused.
    var weight: Gwei { execution == .invalidated ? 0 : votes.empty &+ votes.full &+ votes.pending }
}

/// All blocks of the tree, parents before children; copies share what neither has changed.
///
/// A hundred thousand blocks may stand here, so a block takes what it must: checkpoints are kept once, hashes that
/// stand with another block are not kept again.
struct BlockTable: Sendable {
    private var facts = SharedArray<BlockFacts>()
    var standings = SharedArray<BlockStanding>()
    private var checkpoints = SharedArray<BlockCheckpoints>()
    /// Hashes of payloads that blocks build on and that no block in the tree has.
    private var strangeHashes = SharedArray<Hash32>()
    private var positions = RootIndex()
    private var baseParentRoot = Root()

    /// How many of the last checkpoints a block's are sought among.
    private static let rememberedCheckpoints = 32

    init() {}

    var count: Int { facts.count }
    var indices: Range<Int> { 0..<facts.count }

    subscript(position: Int) -> BlockFacts {
        _read { yield facts[position] }
    }

    func position(of root: Root) -> Int? { positions.position(of: root, in: facts) }

    func checkpoints(at position: Int) -> BlockCheckpoints { checkpoints[Int(facts[position].checkpoints)] }

    /// `parent_block_hash` of the block's bid; zeros before gloas.
    func parentExecutionBlockHash(at position: Int) -> Hash32 { hash(facts[position].parentHash) }

    private func hash(_ place: Int32) -> Hash32 {
        if place >= 0 { return facts[Int(place)].executionBlockHash }
        return place == -1 ? Hash32() : strangeHashes[Int(-2 - place)]
    }

    /// Spec: `get_ancestor`: the block of the branch of `position` at `slot`, or the last before it.
    ///
    /// The tree's base answers for all that lies below it: what was pruned is not asked for by any rule. Costs the
    /// logarithm of the way.
    func ancestor(_ position: Int, at slot: Slot) -> Int {
        var at = position
        while facts[at].slot > slot, let parent = facts[at].parent {
            let jump = Int(facts[at].jump)
            at = facts[jump].slot > slot ? jump : parent
        }
        return at
    }

    /// Where a child of `parent` jumps to: as far as its parent's jump and the next one where both are equally far.
    private func jump(from parent: Int) -> Int32 {
        let first = facts[parent].jump
        let second = facts[Int(first)].jump
        let isEven = facts[parent].depth - facts[Int(first)].depth == facts[Int(first)].depth - facts[Int(second)].depth
        return isEven ? second : Int32(parent)
    }

    /// What the block's task told of it.
    func block(at position: Int) -> ForkChoiceBlock {
        let block = facts[position]
        let checkpoints = checkpoints(at: position)
        return ForkChoiceBlock(
            root: block.root,
            parentRoot: block.parent.map { facts[$0].root } ?? baseParentRoot,
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            stateRoot: block.stateRoot,
            executionBlockHash: block.executionBlockHash,
            parentExecutionBlockHash: parentExecutionBlockHash(at: position),
            justified: checkpoints.justified,
            finalized: checkpoints.finalized,
            unrealizedJustified: checkpoints.unrealizedJustified,
            unrealizedFinalized: checkpoints.unrealizedFinalized
        )
    }

    /// Takes in a block that is not there yet; `parent` is `nil` for the first.
    mutating func append(_ block: ForkChoiceBlock, parent: Int?, traits: BlockTraits, standing: BlockStanding) {
        if parent == nil { baseParentRoot = block.parentRoot }
        let parentHash = place(ofHash: block.parentExecutionBlockHash, parent)
        let fresh = BlockFacts(
            root: block.root,
            stateRoot: block.stateRoot,
            executionBlockHash: block.executionBlockHash,
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            parentPosition: parent.map { Int32($0) } ?? -1,
            depth: parent.map { facts[$0].depth + 1 } ?? 0,
            jump: parent.map { jump(from: $0) } ?? Int32(facts.count),
            checkpoints: place(ofCheckpoints: block, parent),
            parentHash: parentHash,
            parentStatus: traits.parentStatus,
            hasSeparatePayload: traits.hasSeparatePayload,
            isTimely: traits.isTimely,
            isTimelyForPTC: traits.isTimelyForPTC
        )
        facts.append(fresh)
        standings.append(standing)
        positions.insert(facts.count - 1, in: facts)
    }

    private mutating func place(ofHash hash: Hash32, _ parent: Int?) -> Int32 {
        if hash == Hash32() { return -1 }
        if let parent {
            if facts[parent].executionBlockHash == hash { return Int32(parent) }
            if parentExecutionBlockHash(at: parent) == hash { return facts[parent].parentHash }
        }
        strangeHashes.append(hash)
        return Int32(-1 - strangeHashes.count)
    }

    private mutating func place(ofCheckpoints block: ForkChoiceBlock, _ parent: Int?) -> Int32 {
        let own = BlockCheckpoints(
            justified: block.justified,
            finalized: block.finalized,
            unrealizedJustified: block.unrealizedJustified,
            unrealizedFinalized: block.unrealizedFinalized
        )
        if let parent, checkpoints(at: parent) == own { return facts[parent].checkpoints }
        for known in checkpoints.indices.suffix(Self.rememberedCheckpoints).reversed() where checkpoints[known] == own {
            return Int32(known)
        }
        checkpoints.append(own)
        return Int32(checkpoints.count - 1)
    }

    /// The block for those outside.
    ///
    /// - Parameters:
    ///   - sum: votes for it and all above it.
    ///   - boost: what the proposer's boost adds.
    func node(at position: Int, sum: Gwei, boost: Gwei) -> ForkChoiceNode {
        ForkChoiceNode(block(at: position), facts[position], standings[position], sum: sum, boost: boost)
    }

    /// Votes for each block and all above it; a refused block has none and passes none on.
    func sums() -> [Gwei] {
        var sums = [Gwei](repeating: 0, count: count)
        for i in indices.reversed() {
            sums[i] &+= standings[i].weight
            if let parent = facts[i].parent { sums[parent] &+= sums[i] }
        }
        return sums
    }

    var bytes: Int {
        facts.bytes + standings.bytes + checkpoints.bytes + strangeHashes.bytes + positions.bytes
    }

    /// How many pieces are not those of `other`: what a change has cost.
    func piecesNotShared(with other: BlockTable) -> Int {
        facts.piecesNotShared(with: other.facts) + standings.piecesNotShared(with: other.standings)
    }
}
