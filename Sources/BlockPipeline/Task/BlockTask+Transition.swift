internal import ConsensusTypes
internal import DataAvailability
internal import ForkChoice
internal import ForkTree
internal import GossipValidation
internal import Hashing
internal import StateTransition

// From the parent to the block's own post-state. The transition needs no more of the parent than its proven post-state,
// so it may run ahead of the parent's inclusion. What it makes is taken in only behind that, with the verdict that the
// block would have got in its turn; where the parent is given up it is thrown away, where the parent falls the block
// falls with it.

extension BlockTask {
    /// What the wait for the parent came to.
    enum Footing {
        /// The block has ended.
        case ended
        /// The parent is included.
        case included
        /// The parent is included, and the transition has run already.
        case ahead(Result<Work, any Error>)
    }

    /// What a transition came to whose block broke no rule.
    enum Work: Sendable {
        case done(TransitionedBlock)
        case mismatch(StateRootMismatch)
    }

    /// Waits for the parent, on the transition's threads: whoever is woken there goes on there.
    func awaitParent(
        _ signedOff: SignedOffBlock,
        _ ticket: BlockTicket,
        _ life: inout Life,
        _ trust: Trust
    ) async throws -> Footing {
        life.enter(.awaitParent)
        life.waitsFor(ticket.parent, unless: chain.tree.state(of: ticket.parent) == .included)
        return try await withTaskExecutorPreference(chain.executor) {
            try await findFooting(signedOff, ticket, &life, trust)
        }
    }

    private func findFooting(
        _ signedOff: SignedOffBlock,
        _ ticket: BlockTicket,
        _ life: inout Life,
        _ trust: Trust
    ) async throws -> Footing {
        // Only a block whose own proposer's signature is good may be ahead, and be built on.
        var mayGoAhead = signedOff.isVerified
        var work: Result<Work, any Error>?
        while true {
            switch try await ready(ticket, &life, mayGoAhead: mayGoAhead && work == nil) {
            case .included: return work.map { .ahead($0) } ?? .included
            case .parentLost:
                work = nil
                chain.ahead.release(ticket)
            case .ahead:
                guard let pre = chain.ahead[ticket.parent] else {
                    // The parent has ended just now: the tree knows as what.
                    mayGoAhead = false
                    continue
                }
                life.enter(.transition)
                do {
                    work = .success(try await run(signedOff, on: pre, ticket, trust))
                } catch {
                    work = .failure(error)
                }
                life.enter(.awaitParent)
            case let end:
                life.answer(withoutParent: end.lifecycle)
                life.endsAs(end.lifecycle)
                return .ended
            }
        }
    }

    private func ready(_ ticket: BlockTicket, _ life: inout Life, mayGoAhead: Bool) async throws -> ReadyOutcome {
        let isOrphan = chain.tree.node(ticket.root)?.isOrphan ?? true
        if isOrphan { life.answer(.ignore(.blocksParentHasNotBeenSeen)) }
        life.observer.willWait(isOrphan: isOrphan)
        defer { life.observer.didWait() }
        let outcome = try await chain.tree.ready(ticket, mayGoAhead: mayGoAhead)
        life.waited()
        return outcome
    }

    /// Carries the block through the transition while its data is asked after; both must come out well.
    func settle(
        _ signedOff: SignedOffBlock,
        _ ticket: BlockTicket,
        _ life: inout Life,
        _ trust: Trust
    ) async throws -> TransitionedBlock {
        let (need, patience) = (need(signedOff.decoded, trust), life.patience)
        async let data = chain.settle(need, patience)
        life.enter(.transition)
        try await chain.choice.check(signedOff.decoded)
        let work: Result<Work, any Error>
        do {
            let pre = try await chain.states.state(after: signedOff.decoded.parentRoot)
            work = .success(
                try await withTaskExecutorPreference(chain.executor) {
                    try await run(signedOff, on: pre, ticket, trust)
                }
            )
        } catch {
            work = .failure(error)
        }
        let transitioned = try await take(work, signedOff.decoded, &life)
        // What is still to come of the wait is the data's time, not the transition's.
        life.enter(nil)
        try life.settled(try await data)
        return transitioned
    }

    /// The same for a block whose transition has run ahead.
    func settle(
        _ work: Result<Work, any Error>,
        _ signedOff: SignedOffBlock,
        _ life: inout Life,
        _ trust: Trust
    ) async throws -> TransitionedBlock {
        life.enter(.transition)
        try await chain.choice.check(signedOff.decoded)
        let transitioned = try await take(work, signedOff.decoded, &life)
        life.enter(nil)
        try life.settled(try await chain.settle(need(signedOff.decoded, trust), life.patience))
        return transitioned
    }

    /// Spec: a block whose data was available once stays so.
    private func need(_ decoded: DecodedBlock, _ trust: Trust) -> DataRequirement? {
        guard trust == .verify else { return nil }
        return DataRequirement(blockRoot: decoded.root, block: decoded.block, fork: decoded.fork)
    }

    /// The transition: signatures beside the post-state's root, and children ahead as soon as that is proven.
    ///
    /// Runs on the transition's threads. Where several things are wrong, what the spec meets first is what is said.
    private func run(
        _ signedOff: SignedOffBlock,
        on pre: PostState,
        _ ticket: BlockTicket,
        _ trust: Trust
    ) async throws -> Work {
        let decoded = signedOff.decoded
        let slots = decoded.slot.subtractingReportingOverflow(pre.state.slot)
        guard slots.overflow || slots.partialValue <= chain.limits.emptySlots else {
            throw BlockError.slot(
                expected: "at most \(chain.limits.emptySlots) after \(pre.state.slot)",
                got: decoded.slot
            )
        }
        try chain.assumed.check(decoded, parentSlot: pre.state.slot)
        let isBelieved = trust == .believe || chain.assumed.covers(decoded.slot)
        chain.metrics.countTransition()
        let processed = try ProcessedBlock(
            signedOff,
            pre: pre,
            prepared: chain.prepared.state(after: decoded.parentRoot, towards: decoded.slot),
            rules: isBelieved ? chain.rules.trusting : chain.rules
        )
        chain.metrics.count(boundaries: processed.boundaries)
        async let signatures = verifyClaims(processed)
        switch processed.proof() {
        case .mismatch(let mismatch):
            _ = try await signatures
            return .mismatch(mismatch)
        case .proven(let proven):
            if signedOff.isVerified {
                chain.ahead.hold(proven.post, for: ticket)
                chain.tree.offerState(ticket)
            }
            // A job of its own, so that children that were just woken come first.
            async let rest = finish(proven)
            let nanoseconds = try await signatures
            var done = try await rest
            done.timing.signatures = nanoseconds
            return .done(done)
        }
    }

    private func verifyClaims(_ processed: ProcessedBlock) async throws -> UInt64 {
        try Task.checkCancellation()
        return try processed.verifyClaims()
    }

    private func finish(_ proven: ProvenBlock) async throws -> TransitionedBlock {
        try Task.checkCancellation()
        return try TransitionedBlock(proven, signatures: 0)
    }

    /// Takes in what the transition came to, now that the parent is included.
    private func take(
        _ work: Result<Work, any Error>,
        _ decoded: DecodedBlock,
        _ life: inout Life
    ) async throws -> TransitionedBlock {
        switch work {
        case .success(.done(let done)):
            life.measured(done.timing)
            life.stateRoot = done.post.stateRoot
            return done
        case .success(.mismatch(let mismatch)):
            if let keeper = chain.rules.evidence { try await chain.states.onExecutor { keeper.keep(mismatch) } }
            throw mismatch.error
        case .failure(let error):
            if case BlockError.payload(_, let latestValidHash) = error {
                // A verdict on this payload may be one on those before it.
                try await chain.judgeInvalid(on: decoded.parentRoot, latestValidHash: latestValidHash)
            }
            throw error
        }
    }
}
