public import ConsensusTypes
public import ForkChoice
internal import Hashing
public import StateTransition

/// Stage 5: a block that the whole state transition accepts, with its post-state.
public struct TransitionedBlock: Sendable {
    public let decoded: DecodedBlock
    public let post: PostState
    /// What fork choice is told of it.
    public let choice: ForkChoiceBlock
    /// What the execution engine said of its payload.
    public let execution: ExecutionStatus
    /// The votes in the block, with who cast them.
    public let votes: [Vote]
    /// What the block says of its parent's payload, with who says so.
    public let payloadVotes: [PayloadVote]
    /// The committees of the block's slot, where fork choice counts them.
    public let committees: BlockCommittees?
    /// Nanoseconds of each part.
    public internal(set) var timing: Timing

    /// An attestation of the block and the validators that signed it.
    public struct Vote: Sendable {
        public let data: AttestationData
        public let indices: [ValidatorIndex]
    }

    /// A payload attestation of the block and the members of the committee that signed it.
    public struct PayloadVote: Sendable {
        public let data: PayloadAttestationData
        public let indices: [ValidatorIndex]
    }

    /// Where the time went, in nanoseconds.
    public struct Timing: Sendable {
        public var slots: UInt64 = 0
        public var block: UInt64 = 0
        public var signatures: UInt64 = 0
        public var stateRoot: UInt64 = 0
    }

    /// All steps one after the other: `pre`, the parent's post-state, over the slots and through the block.
    ///
    /// Pure work that fills a core: run it on the transition executor.
    public init(
        _ signedOff: SignedOffBlock,
        pre: PostState,
        rules: TransitionRules
    ) throws(BlockError) {
        let processed = try ProcessedBlock(signedOff, pre: pre, rules: rules)
        let signatures = try processed.verifyClaims()
        switch processed.proof() {
        case .proven(let proven): try self.init(proven, signatures: signatures)
        case .mismatch(let mismatch):
            rules.evidence?.keep(mismatch)
            throw mismatch.error
        }
    }

    /// Draws from a block with a proven post-state what fork choice is told of it.
    ///
    /// - Parameters:
    ///   - signatures: nanoseconds that its signatures took to verify, which has been done.
    init(_ proven: ProvenBlock, signatures: UInt64) throws(BlockError) {
        decoded = proven.decoded
        post = proven.post
        execution = proven.execution
        timing = proven.timing
        timing.signatures = signatures
        let block = proven.decoded.block
        var transition = proven.transition
        do throws(TransitionError) {
            votes = try TransitionedBlock.votes(of: block, &transition)
            payloadVotes = try block.body.payloadAttestations.map { attestation throws(TransitionError) in
                let indexed = try transition.getIndexedPayloadAttestation(attestation)
                return PayloadVote(data: indexed.data, indices: indexed.attestingIndices)
            }
            committees = try TransitionedBlock.committees(of: block.slot, &transition)
            choice = try ForkChoiceBlock(root: proven.decoded.root, block: block, after: transition)
        } catch {
            throw .transition(error)
        }
    }

    /// From gloas on, and of the slot before, which is asked for by the first block of gloas.
    private static func committees(
        of slot: Slot,
        _ transition: inout Transition
    ) throws(TransitionError) -> BlockCommittees? {
        guard transition.spec.fork(atSlot: slot + 1) >= .gloas else { return nil }
        return BlockCommittees(
            ptc: transition.fork >= .gloas ? try transition.getPtc(slot) : [],
            slot: try transition.shuffling(transition.computeEpochAtSlot(slot)).members(slot: slot)
        )
    }

    private static func votes(
        of block: BeaconBlock,
        _ transition: inout Transition
    ) throws(TransitionError) -> [Vote] {
        var votes: [Vote] = []
        votes.reserveCapacity(block.body.attestations.count)
        for attestation in block.body.attestations {
            votes.append(
                Vote(data: attestation.data, indices: try transition.getAttestingIndices(attestation))
            )
        }
        return votes
    }
}

/// What all transitions of one chain share.
public struct TransitionRules: Sendable {
    public let spec: ChainSpec
    public let caches: TransitionCaches
    public let engine: any ExecutionEngine
    public let signatures: SignaturePolicy
    /// Who keeps blocks whose post-state is not theirs, if anybody does.
    public let evidence: (any EvidenceKeeper)?

    public init(
        spec: ChainSpec,
        caches: TransitionCaches,
        engine: any ExecutionEngine,
        signatures: SignaturePolicy,
        evidence: (any EvidenceKeeper)? = nil
    ) {
        self.spec = spec
        self.caches = caches
        self.engine = engine
        self.signatures = signatures
        self.evidence = evidence
    }

    /// The same rules for states of blocks that were included: nobody is asked again.
    var rebuilding: TransitionRules {
        TransitionRules(spec: spec, caches: caches, engine: OptimisticEngine(), signatures: .trust)
    }

    /// The same rules for blocks that were verified before; of their payloads only the engine knows.
    var trusting: TransitionRules {
        TransitionRules(spec: spec, caches: caches, engine: engine, signatures: .trust, evidence: evidence)
    }
}

extension ForkChoiceBlock {
    /// What fork choice needs of a block and the state after it.
    init(root: Root, block: BeaconBlock, after transition: Transition) throws(TransitionError) {
        var pulledUp = transition
        try pulledUp.processJustificationAndFinalization()
        let isOfGloas = transition.spec.fork(atSlot: block.slot) >= .gloas
        let bid = block.body.signedExecutionPayloadBid.message
        self.init(
            root: root,
            parentRoot: block.parentRoot,
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            stateRoot: block.stateRoot,
            executionBlockHash: isOfGloas ? bid.blockHash : block.body.executionPayload.blockHash,
            parentExecutionBlockHash: bid.parentBlockHash,
            justified: transition.state.currentJustifiedCheckpoint,
            finalized: transition.state.finalizedCheckpoint,
            unrealizedJustified: pulledUp.state.currentJustifiedCheckpoint,
            unrealizedFinalized: pulledUp.state.finalizedCheckpoint
        )
    }
}

/// Splits the time of a piece of work.
struct Lap {
    private var last = ContinuousClock.now

    /// Nanoseconds since the last call.
    mutating func lap() -> UInt64 {
        let now = ContinuousClock.now
        defer { last = now }
        return (now - last).nanoseconds
    }
}

extension Duration {
    /// Whole nanoseconds, not negative.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
