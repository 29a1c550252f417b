internal import Concurrency
internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import GossipValidation
internal import Hashing
internal import SSZ
internal import StateTransition

// What the source of a block is told before the block is included: whether to pass the message on.
//
// A block that comes early, before its parent or before the payload it builds on is answered at once and carried on all
// the same; every other is judged when its parent is in, whose payload's verification it waits for where that has begun.
// The block's transition may have run ahead by then. Each message is answered once.

extension Life {
    /// Answers the source, unless that was done.
    mutating func answer(_ verdict: GossipVerdict) {
        answer?(verdict)
        answer = nil
    }

    /// Answers where the block's slot is further off than clocks may differ.
    mutating func answerIfEarly(_ slot: Slot) {
        let (latest, over) = chain.clock.now.addingReportingOverflow(chain.spec.config.maximumGossipClockDisparity)
        if !over, latest < chain.choice.startMs(of: slot) { answer(.ignore(.blockIsFromAFutureSlot)) }
    }

    /// Answers for a block whose parent did not come in.
    mutating func answer(withoutParent lifecycle: Lifecycle) {
        if case .invalid = lifecycle { return answer(.reject(.blocksParentIsInvalid)) }
        answer(.ignore(.blocksParentHasNotBeenSeen))
    }
}

extension BlockTask {
    /// Judges a block whose parent is in, where somebody asks and was not told yet.
    ///
    /// Whatever the verdict, the block goes on: what gossip rules ignore may still belong to the chain, and what they
    /// reject the transition refuses with its own reason.
    func judge(_ signedOff: SignedOffBlock, _ life: inout Life) async throws {
        let decoded = signedOff.decoded
        guard life.answer != nil, let parent = try? await chain.states.state(after: decoded.parentRoot) else { return }
        let view = ParentView(
            parentRoot: decoded.parentRoot,
            parent: parent.state,
            choice: chain.choice.snapshot,
            genesisTimeMs: chain.choice.startMs(of: 0)
        )
        let now =
            switch chain.time {
            case .wallClock: chain.clock.now
            case .followBlocks: chain.choice.startMs(of: view.choice.currentSlot)
            }
        let rules = chain.rules
        let policy: SignaturePolicy = signedOff.isVerified ? .trust : .verifyEach
        // Another copy of the same slot and proposer may be judged at the same time: who is first is decided below.
        let seen = chain.seen.withLock { $0 }
        let verdict = try await chain.states.onExecutor {
            var seen = seen
            return GossipJudge(spec: rules.spec, fork: decoded.fork, caches: rules.caches, chain: view, timeMs: now)
                .validateBeaconBlock(decoded.signed, signatures: policy, seen: &seen)
        }
        guard verdict == .accept else { return life.answer(verdict) }
        let isFirst = chain.seen.withLock { $0.insertProposal(decoded.block) }
        life.answer(isFirst ? .accept : .ignore(.blockIsNotTheFirstValidBlockForThisSlotAndProposer))
    }
}

extension BlockError {
    /// What gossip rules say of a block that failed before it could be judged.
    var gossipVerdict: GossipVerdict {
        switch self {
        case .proposerSignature: .reject(.invalidProposerSignature)
        case .forkChoice(.futureSlot): .ignore(.blockIsFromAFutureSlot)
        case .forkChoice(.notAfterFinalized): .ignore(.blockIsNotFromASlotGreaterThanTheLatestFinalizedSlot)
        case .forkChoice(.conflictsWithFinalized): .reject(.finalizedCheckpointIsNotAnAncestorOfBlock)
        case .forkChoice(.unknownParent): .ignore(.blocksParentHasNotBeenSeen)
        default:
            switch consequence {
            case .reject: .reject(.messageIsMalformed)
            case .ignore: .ignore(.nodeCannotJudge)
            }
        }
    }
}

/// The chain as a block sees it whose parent is in: the parent's state stands for the head's, which has the same
/// validators as far as its proposer goes.
private struct ParentView: GossipChain {
    let parentRoot: Root
    let parent: BeaconState
    let choice: ForkChoiceSnapshot
    let genesisTimeMs: UInt64

    var finalizedCheckpoint: Checkpoint { choice.finalized }
    var justifiedCheckpoint: Checkpoint { choice.justified }
    var headRoot: Root { parentRoot }

    func block(_ root: Root) -> SeenBlock? {
        guard root == parentRoot else { return nil }
        let bid = parent.forkName >= .gloas ? parent.latestExecutionPayloadBid : nil
        return SeenBlock(slot: parent.latestBlockHeader.slot, parentRoot: parent.latestBlockHeader.parentRoot, bid: bid)
    }

    func state(after root: Root) -> BeaconState? { root == parentRoot ? parent : nil }

    func ancestor(of root: Root, at slot: Slot) -> Root? {
        choice.tree.ancestor(of: root, at: slot)
    }

    /// What is included is valid as far as this node knows.
    func payloadStatus(of root: Root) -> PayloadValidationStatus { .valid }

    func isPayloadVerified(_ root: Root) -> Bool { choice.tree.isPayloadVerified(root) }

    // No rule of blocks asks for these.
    func payload(of root: Root) -> ExecutionPayloadEnvelope? { nil }
    func shouldBuildOnFull(at slot: Slot) -> Bool { false }
    func hasChild(of root: Root, after slot: Slot) -> Bool { false }
    func timelyIncluders(at slot: Slot, dependentRoot: Root) -> Set<ValidatorIndex> { [] }
}
