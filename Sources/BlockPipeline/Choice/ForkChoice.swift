internal import Concurrency
public import ConsensusTypes
public import ForkChoice
public import Hashing

/// The one owner of the fork-choice store.
///
/// Calls are short and never wait for anything: roots, slots, checkpoints and votes come in, and after each change an
/// immutable snapshot is published that everybody else reads.
public actor ForkChoice {
    private var store: ForkChoiceStore
    private nonisolated let published: Guarded<ForkChoiceSnapshot>
    /// The store as it was made: for the arithmetic of its clock, which never changes.
    private nonisolated let genesis: ForkChoiceStore
    /// The finalized checkpoint that the last inclusion told of; time moves it too, in between.
    private var announced: Checkpoint

    public init(_ store: ForkChoiceStore) throws(ForkChoiceError) {
        var store = store
        published = Guarded(try ForkChoiceSnapshot(&store))
        self.store = store
        genesis = store
        announced = store.finalizedCheckpoint
    }

    /// Fork choice after its last change.
    public nonisolated var snapshot: ForkChoiceSnapshot { published.withLock { $0 } }

    /// What an inclusion changed.
    public struct Inclusion: Sendable {
        public let head: ForkChoiceNode
        /// Set when the finalized checkpoint moved since the inclusion before, by this block or by time.
        public let finalized: Checkpoint?
        /// Blocks that finality has decided against, and those below it.
        public let pruned: [Root]
    }

    /// Moves time forward.
    ///
    /// Spec: `on_tick`.
    public func tick(_ timeMs: UInt64) throws(ForkChoiceError) {
        store.onTick(timeMs)
        _ = try publish()
    }

    /// Takes a block in, with its votes and slashings.
    ///
    /// Spec: `on_block`, then `on_attestation` for each; from gloas on `notify_ptc_messages`.
    ///
    /// - Parameters:
    ///   - execution: what the execution engine said of the block's payload.
    ///   - payloadVotes: what the block says of the payload of its parent, from gloas on.
    ///   - balances: the weights under checkpoints of the block that the store does not have yet.
    ///   - committees: of the block's slot, from gloas on.
    public func include(
        _ block: ForkChoiceBlock,
        execution: ExecutionStatus = .notValidated,
        votes: [TransitionedBlock.Vote],
        slashings: [AttesterSlashing],
        payloadVotes: [TransitionedBlock.PayloadVote] = [],
        balances: [Checkpoint: ActiveBalances],
        committees: BlockCommittees? = nil
    ) throws(ForkChoiceError) -> Inclusion {
        for (checkpoint, weights) in balances { store.supply(weights, for: checkpoint) }
        try store.onBlock(block, execution: execution, committees: committees)
        for vote in votes {
            // A vote for a block that is not known here says nothing about the block that carries it.
            try? store.onAttestation(vote.data, indices: vote.indices, from: .block)
        }
        for slashing in slashings { try? store.onAttesterSlashing(slashing) }
        for vote in payloadVotes {
            try? store.onPayloadAttestation(vote.data, indices: vote.indices, from: .block)
        }
        let moved = store.finalizedCheckpoint != announced
        announced = store.finalizedCheckpoint
        let pruned = moved ? store.prune() : []
        let head = try publish()
        return Inclusion(head: head, finalized: moved ? store.finalizedCheckpoint : nil, pruned: pruned)
    }

    /// What an execution engine's verdict brought down.
    struct Fall: Sendable {
        /// Blocks refused now that were not before, parents first.
        let refused: [Root]
        /// Why there is no head any more; the last one stays published.
        let lost: ForkChoiceError?
    }

    /// Takes in a verdict on the payload of a block in the tree.
    func judge(_ verdict: PayloadVerdict, of root: Root) throws(ForkChoiceError) -> Fall {
        published(after: try store.onPayloadVerdict(verdict, of: root))
    }

    /// Takes in that the payload of a block on top of `parentRoot` is invalid.
    func judgeInvalid(on parentRoot: Root, latestValidHash: Hash32?) throws(ForkChoiceError) -> Fall {
        published(after: try store.onInvalidPayload(parentRoot: parentRoot, latestValidHash: latestValidHash))
    }

    private func published(after refused: [Root]) -> Fall {
        do throws(ForkChoiceError) {
            _ = try publish()
            return Fall(refused: refused, lost: nil)
        } catch {
            return Fall(refused: refused, lost: error)
        }
    }

    /// Moves time to the start of the slot behind `slot`, unless it is later already.
    func follow(_ slot: Slot) throws(ForkChoiceError) {
        guard store.currentSlot <= slot else { return }
        try tick(store.timeAtSlotMs(slot + 1))
    }

    /// The checks of `on_block` that need no state.
    func check(_ block: DecodedBlock) throws(ForkChoiceError) {
        let bid = block.block.body.signedExecutionPayloadBid.message
        try store.checkBlock(parentRoot: block.parentRoot, slot: block.slot, parentBlockHash: bid.parentBlockHash)
    }

    /// Whether the block builds on a payload that comes apart from its block and was not verified yet.
    func lacksPayload(under block: DecodedBlock) -> Bool {
        // Of one that was refused there is nothing to wait for; `check` says so.
        guard let parent = store.node(block.parentRoot), parent.hasSeparatePayload, !parent.isPayloadVerified,
            parent.payloadExecution != .invalidated
        else { return false }
        let bid = block.block.body.signedExecutionPayloadBid.message
        return parent.block.executionBlockHash == bid.parentBlockHash
    }

    /// Spec: `is_payload_verified`.
    func isPayloadVerified(_ root: Root) -> Bool { store.isPayloadVerified(root) }

    /// Takes in the verified payload of a block; `false` where it was known already.
    ///
    /// Spec: `on_execution_payload_envelope`.
    ///
    /// - Parameters:
    ///   - execution: what the execution engine said of it.
    func includePayload(
        _ root: Root,
        execution: ExecutionStatus = .notValidated
    ) throws(ForkChoiceError) -> Bool {
        if store.isPayloadVerified(root) { return false }
        try store.onExecutionPayloadEnvelope(root, execution: execution)
        _ = try publish()
        return true
    }

    /// What each seat of the committee said of a payload's timeliness.
    ///
    /// Spec: `payload_timeliness_vote`.
    func payloadTimelinessVote(_ root: Root) -> [Bool?]? { store.payloadTimelinessVote(root) }

    /// Those of these checkpoints that may become justified and whose weights are not known.
    func missingBalances(_ checkpoints: [Checkpoint]) -> [Checkpoint] {
        Set(checkpoints).filter { $0.epoch > store.justifiedCheckpoint.epoch && !store.hasBalances($0) }
    }

    /// When a slot begins, in milliseconds since 1970.
    public nonisolated func startMs(of slot: Slot) -> UInt64 { genesis.timeAtSlotMs(slot) }

    /// The slot at a moment in milliseconds since 1970.
    nonisolated func slot(atMs time: UInt64) -> Slot { genesis.slotAtTimeMs(time) }

    private func publish() throws(ForkChoiceError) -> ForkChoiceNode {
        let snapshot = try ForkChoiceSnapshot(&store)
        published.withLock { $0 = snapshot }
        return snapshot.head
    }
}
