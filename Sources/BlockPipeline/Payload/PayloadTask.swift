internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import DataAvailability
internal import ForkChoice
internal import ForkTree
internal import Hashing
internal import StateTransition

/// One envelope's way: unpack, decode, await its block, verify on the block's post-state while its data is asked after,
/// persist, fork choice, wake the blocks that build on it.
public struct PayloadTask: Sendable {
    let chain: Chain

    public init(chain: Chain) { self.chain = chain }

    /// Carries a message through, to whatever end.
    ///
    /// - Parameters:
    ///   - observer: told when the envelope begins and ends to wait for its block.
    public func run(_ message: PayloadMessage, observer: any WaitObserver = NoObserver()) async -> PayloadOutcome {
        var outcome = PayloadOutcome(state: .included)
        do {
            let envelope = try DecodedEnvelope(message, spec: chain.spec, limit: chain.limits.blockBytes)
            outcome.blockRoot = envelope.blockRoot
            outcome.slot = envelope.slot
            outcome.state = try await carry(envelope, &outcome, observer)
        } catch let error as PayloadError {
            outcome.state = .invalid("\(error)")
        } catch is CancellationError {
            outcome.state = .pending("let go at the stop")
        } catch {
            outcome.state = .failed("\(error)")
        }
        return outcome
    }

    private func carry(
        _ envelope: DecodedEnvelope,
        _ outcome: inout PayloadOutcome,
        _ observer: any WaitObserver
    ) async throws -> PayloadOutcome.State {
        let root = envelope.blockRoot
        // A finalized block is behind the present, but its payload is what its children build on.
        if chain.choice.snapshot.finalized.root != root, let reason = chain.outOfTime(envelope.slot) {
            return .ignored(reason)
        }
        if await chain.choice.isPayloadVerified(root) { return .duplicate }
        chain.payloads.begin(root)
        // Wakes those who wait for it, whatever came of it.
        defer { chain.payloads.end(root) }
        var lap = Lap()
        let wait = try await awaitBlock(envelope, observer)
        outcome.waited = lap.lap()
        if let end = wait { return end }
        if await chain.choice.isPayloadVerified(root) { return .duplicate }
        let verdict = try await verify(envelope)
        outcome.verified = lap.lap()
        let execution: ExecutionStatus
        switch verdict {
        case .good(let said): execution = said
        case .bad(let end): return end
        }
        try await chain.store.putEnvelope(root, envelope.ssz, durability: chain.durability)
        do throws(ForkChoiceError) {
            guard try await chain.choice.includePayload(root, execution: execution) else { return .duplicate }
        } catch {
            // Finality moved past it while it was verified.
            return .ignored("\(error)")
        }
        return .included
    }

    private enum BlockFate: Sendable {
        case included
        case invalid
    }

    /// Waits until the block is included; how the envelope ends where it will not be.
    private func awaitBlock(
        _ envelope: DecodedEnvelope,
        _ observer: any WaitObserver
    ) async throws -> PayloadOutcome.State? {
        let root = envelope.blockRoot
        let limits = chain.payloads.limits
        let outcome = try await chain.payloads.blocks.wait(
            Bells.Sleeper(root: root, awaited: root),
            bytes: envelope.ssz.count,
            until: chain.clock.now.plusClamped(limits.waitMs),
            clock: chain.clock,
            observer: observer
        ) { [tree = chain.tree] () -> BlockFate? in
            switch tree.state(of: root) {
            case .included: .included
            case .invalid: .invalid
            default: nil
            }
        }
        switch outcome {
        case .known(.included): return nil
        case .known(.invalid): return .invalid("beacon_block_root: expected a valid block, got \(root)")
        case .late: return .expired("expected block \(root) within \(limits.waitMs) ms, which has not come")
        case .crowded: return .expired("envelopes waiting for a block: expected at most \(limits.envelopes)")
        case .closed: return .pending("expected block \(root) before it, which never came")
        }
    }

    private enum Verdict {
        /// What the execution engine said of it.
        case good(ExecutionStatus)
        case bad(PayloadOutcome.State)
    }

    private func verify(_ envelope: DecodedEnvelope) async throws -> Verdict {
        let root = envelope.blockRoot
        let post = try await chain.states.state(after: root)
        let bid = post.state.latestExecutionPayloadBid
        let need = DataRequirement(
            payloadOf: root,
            slot: post.state.latestBlockHeader.slot,
            fork: post.state.forkName,
            commitments: bid.blobKzgCommitments
        )
        async let data = chain.settle(need, .wait)
        let rules = chain.assumed.covers(envelope.slot) ? chain.rules.trusting : chain.rules
        let execution: ExecutionStatus
        do {
            execution = try await chain.states.onExecutor {
                try PayloadTask.verify(envelope.signed, on: post, rules: rules)
            }
        } catch BlockError.transition(let error) {
            // An engine that only says no is believed to have checked the block's hash, too.
            if error.kind == .payload { try await chain.judge(.invalid(latestValidHash: nil), of: root) }
            return .bad(.invalid("\(error)"))
        } catch BlockError.payload(let error, let latestValidHash) {
            // Without a latest valid hash the payload may not be the one that the bid names: this copy is bad.
            if latestValidHash != nil {
                try await chain.judge(.invalid(latestValidHash: latestValidHash), of: root)
            }
            return .bad(.invalid("\(error)"))
        }
        switch try await data?.answer {
        case nil, .available, .assumed: return .good(execution)
        case .late(let why): return .bad(.expired(why))
        case .unavailable(let why): return .bad(.invalid(why))
        }
    }

    /// Fills a core, and asks the execution engine.
    private static func verify(
        _ signed: SignedExecutionPayloadEnvelope,
        on post: PostState,
        rules: TransitionRules
    ) throws(BlockError) -> ExecutionStatus {
        let asked = AskedEngine(rules.engine)
        var transition = Transition(
            state: post.state,
            spec: rules.spec,
            caches: rules.caches,
            engine: asked,
            // At once: nobody but the builder may have the engine say anything of the payload.
            signatures: rules.signatures == .trust ? .trust : .verifyEach
        )
        do throws(TransitionError) {
            try transition.verifyExecutionPayloadEnvelope(signed)
        } catch {
            throw asked.error(for: error)
        }
        return asked.status
    }
}
