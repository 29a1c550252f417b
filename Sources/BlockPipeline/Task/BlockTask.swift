internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import DataAvailability
internal import ForkChoice
internal import ForkTree
public import GossipValidation
internal import Hashing
internal import SSZ
internal import StateTransition

/// One block's way through the pipeline: decompress, decode, persist, await the parent, transition, persist the state,
/// fork choice, announce.
///
/// A value that lives in one task. The block and its states stay in it; the tree and fork choice are told roots, slots
/// and checkpoints. It never throws: however the block ends, the outcome says so.
public struct BlockTask: Sendable {
    let chain: Chain

    public init(chain: Chain) { self.chain = chain }

    /// Carries a message through, to whatever end.
    ///
    /// - Parameters:
    ///   - observer: told when the block begins and ends to wait for its parent.
    ///   - answer: told once, before the block is included, what gossip rules say of the message.
    public func run(
        _ message: consuming BlockMessage,
        observer: any WaitObserver = NoObserver(),
        answer: (@Sendable (GossipVerdict) -> Void)? = nil
    ) async -> BlockOutcome {
        var life = Life(chain: chain, origin: message.origin, receivedAt: message.receivedAt)
        life.observer = observer
        life.answer = answer
        do {
            let message = Parcel(consume message)
            let (decoded, ssz) = try await withTaskExecutorPreference(chain.intake) { try await decode(message, &life) }
            try await carry(decoded, ssz, &life, policy: .verify)
        } catch {
            life.fail(error)
        }
        return await life.end()
    }

    /// Carries a stored block in again after a restart.
    func recover(_ ssz: [UInt8], wasIncluded: Bool) async -> BlockOutcome {
        var life = Life(chain: chain, origin: .stored, receivedAt: chain.clock.now)
        do {
            life.enter(.decode)
            let decoded = try DecodedBlock(ssz: ssz, spec: chain.spec)
            life.identify(decoded)
            try await carry(decoded, Parcel(ssz), &life, policy: wasIncluded ? .believe : .verify)
        } catch {
            life.fail(error)
        }
        return await life.end()
    }

    /// Whether the block was verified in an earlier run.
    enum Trust { case verify, believe }

    /// Fills a core: runs on the intake's threads.
    private func decode(_ message: Parcel<BlockMessage>, _ life: inout Life) async throws -> (DecodedBlock, SSZ) {
        life.enter(.decompress)
        guard let message = message.take() else { throw CancellationError() }
        let plain = try DecompressedBlock(message, limit: chain.limits.blockBytes)
        life.enter(.decode)
        let decoded = try DecodedBlock(plain, spec: chain.spec)
        life.identify(decoded)
        return (decoded, Parcel(plain.bytes))
    }

    /// A block as it will be stored; gone when it is, because it may wait long after that.
    private typealias SSZ = Parcel<[UInt8]>

    private func carry(_ decoded: DecodedBlock, _ ssz: SSZ, _ life: inout Life, policy: Trust) async throws {
        try await admit(decoded, &life)
        let ticket: BlockTicket
        switch chain.tree.insert(
            root: decoded.root,
            slot: decoded.slot,
            parent: decoded.parentRoot,
            signature: SHA256.hash(decoded.signed.signature.bytes),
            bytes: decoded.byteCount
        )
        {
        case .fresh(let made): ticket = made
        case .duplicate(let known): return life.duplicate(of: known)
        case .refused(let known): return try await refused(decoded, known, &life)
        }
        life.ticket = ticket
        // Children that run ahead find the state here until the block has ended.
        defer { chain.ahead.release(ticket) }
        let signedOff = try await signOff(decoded, &life, policy)
        life.enter(.persist)
        // A signature that could not be checked yet is not stored: a good copy must not find a bad one in its place.
        async let stored: Void = persist(decoded, ssz, where: signedOff.isVerified)
        let transitioned: TransitionedBlock
        do {
            // What waits is stored first; what need not wait is stored while it is in transition.
            if chain.tree.state(of: decoded.parentRoot) != .included { try await stored }
            switch try await awaitParent(signedOff, ticket, &life, policy) {
            case .ended: return
            case .included:
                try await judgeAndAwaitPayload(signedOff, &life)
                transitioned = try await settle(signedOff, ticket, &life, policy)
            case .ahead(let work):
                try await judgeAndAwaitPayload(signedOff, &life)
                transitioned = try await settle(work, signedOff, &life, policy)
            }
        } catch {
            // Whether a bad block is in the store must not depend on who was faster.
            _ = try? await stored
            throw error
        }
        life.enter(.persist)
        try await stored
        try await include(transitioned, ticket, &life, unstored: signedOff.isVerified ? nil : ssz)
    }

    /// Checks the slot, and waits for it where it is about to come.
    private func admit(_ decoded: DecodedBlock, _ life: inout Life) async throws {
        let slot = decoded.slot
        guard slot < 1 << 48 else { throw BlockError.slot(expected: "less than 2^48", got: slot) }
        switch chain.time {
        case .followBlocks: try await chain.choice.follow(slot)
        case .wallClock:
            guard slot > chain.choice.snapshot.currentSlot else { return }
            let current = chain.presentSlot
            guard slot <= current.plusClamped(chain.limits.futureSlots) else {
                throw BlockError.forkChoice(.futureSlot(slot: slot, current: current))
            }
            life.answerIfEarly(slot)
            try await chain.clock.sleep(until: chain.choice.startMs(of: slot))
            try await chain.tick()
        }
    }

    /// The tree does not take the block; one that was included before finality moved past it is a duplicate.
    private func refused(_ decoded: DecodedBlock, _ known: Lifecycle, _ life: inout Life) async throws {
        if known == .evicted(.finality), try await chain.store.stateSummary(decoded.root) != nil {
            return life.duplicate(of: .included)
        }
        life.refuse(known)
    }

    private func signOff(_ decoded: DecodedBlock, _ life: inout Life, _ trust: Trust) async throws -> SignedOffBlock {
        guard trust == .verify, !chain.assumed.covers(decoded.slot) else { return SignedOffBlock(trusted: decoded) }
        life.enter(.signatures)
        let registry = chain.registry.withLock { $0 }
        return try await withTaskExecutorPreference(chain.intake) {
            try await SignedOffBlock(decoded, registry: registry, spec: chain.spec, checks: chain.checks)
        }
    }

    private func persist(_ decoded: DecodedBlock, _ ssz: SSZ, where isVerified: Bool) async throws {
        if isVerified { try await persist(decoded, ssz) }
    }

    private func persist(_ decoded: DecodedBlock, _ ssz: SSZ) async throws {
        guard let ssz = ssz.take() else { return }
        let block = decoded.block
        _ = try await chain.store.putBlockIfAbsent(
            root: decoded.root,
            summary: BlockSummary(
                slot: block.slot,
                proposerIndex: block.proposerIndex,
                parentRoot: block.parentRoot,
                stateRoot: block.stateRoot,
                bodyRoot: decoded.roots.body
            ),
            ssz: ssz,
            durability: chain.durability
        )
    }

    private enum PayloadFate: Sendable {
        case verified
        case refused(String)
        /// It was not verified, and nothing that is being looked at will change that.
        case notUnderWay
    }

    /// Judges the block, and waits for the parent's payload where the block builds on it and it comes apart from its
    /// block.
    ///
    /// While that payload's envelope is being verified the answer waits, too: it may still be that the block is good.
    /// Of an envelope that has not come nobody knows when it will, so the block is judged without it.
    ///
    /// Spec: `on_block` (gloas): a block on the full parent needs `is_payload_verified` of it.
    private func judgeAndAwaitPayload(_ signedOff: SignedOffBlock, _ life: inout Life) async throws {
        let decoded = signedOff.decoded
        guard await chain.choice.lacksPayload(under: decoded) else { return try await judge(signedOff, &life) }
        life.enter(.payload)
        // What the store has was taken in before: a stored block has nothing to wait for.
        let patience = life.record.origin == .stored ? 0 : chain.payloads.limits.waitMs
        let end = chain.clock.now.plusClamped(patience)
        if life.answer != nil { _ = try await awaitPayload(under: decoded, life, until: end, onlyUnderWay: true) }
        try await judge(signedOff, &life)
        let parent = decoded.parentRoot
        switch try await awaitPayload(under: decoded, life, until: end, onlyUnderWay: false) {
        case .known(.verified): life.enter(nil)
        case .known(.refused(let why)): throw BlockError.payloadRefused(of: parent, why)
        case .late, .known(.notUnderWay):
            throw BlockError.payloadLate(of: parent, "it has not come within \(patience) ms")
        case .crowded:
            let limit = chain.payloads.limits.blocks
            throw BlockError.payloadLate(of: parent, "more than \(limit) blocks wait for theirs")
        case .closed:
            life.lacksPayload(of: parent)
            throw CancellationError()
        }
    }

    /// - Parameters:
    ///   - onlyUnderWay: whether the wait ends where no envelope of the parent is being carried through.
    private func awaitPayload(
        under decoded: DecodedBlock,
        _ life: Life,
        until end: UInt64,
        onlyUnderWay: Bool
    ) async throws -> Bells.Outcome<PayloadFate> {
        let parent = decoded.parentRoot
        return try await chain.payloads.payloads.wait(
            Bells.Sleeper(root: decoded.root, awaited: parent),
            bytes: decoded.byteCount,
            until: end,
            clock: chain.clock,
            observer: life.observer
        ) { [chain] () -> PayloadFate? in
            // Asked before fork choice is: an envelope that has ended since then is known there.
            let isUnderWay = chain.payloads.isUnderWay(parent)
            if let why = chain.payloads.refusal(of: parent) { return .refused(why) }
            if await !chain.choice.lacksPayload(under: decoded) { return .verified }
            return onlyUnderWay && !isUnderWay ? .notUnderWay : nil
        }
    }

    private func include(
        _ done: TransitionedBlock,
        _ ticket: BlockTicket,
        _ life: inout Life,
        unstored ssz: SSZ?
    ) async throws {
        life.enter(.persistState)
        if let ssz { try await persist(done.decoded, ssz) }
        chain.states.cache.insert(done.post)
        try await chain.store.commitImport(
            Import(
                root: done.decoded.root,
                state: StateSummary(
                    slot: done.post.state.slot,
                    stateRoot: done.post.stateRoot,
                    baseRoot: chain.recorder.base
                )
            ),
            durability: chain.durability
        )
        life.enter(.forkChoice)
        let balances = try await missingBalances(done.choice)
        let inclusion = try await chain.choice.include(
            done.choice,
            execution: done.execution,
            votes: done.votes,
            slashings: done.decoded.block.body.attesterSlashings,
            payloadVotes: done.payloadVotes,
            balances: balances,
            committees: done.committees
        )
        chain.registry.withLock { known in
            if known.validators.count < done.post.state.validators.count { known = done.post.state }
        }
        life.enter(.announce)
        switch chain.tree.resolve(ticket, .included) {
        case .applied: life.endsAs(.included)
        case .superseded(let known): life.endsAs(known == .included ? .duplicate : known)
        }
        chain.ahead.release(ticket)
        chain.payloads.blocks.ring(done.decoded.root)
        life.enter(nil)
        if let finalized = inclusion.finalized { chain.finalize(finalized, pruned: inclusion.pruned) }
        chain.keepUnfinalized(done.post)
    }

    private func missingBalances(_ block: ForkChoiceBlock) async throws -> [Checkpoint: ActiveBalances] {
        var balances: [Checkpoint: ActiveBalances] = [:]
        for checkpoint in await chain.choice.missingBalances([block.justified, block.unrealizedJustified]) {
            balances[checkpoint] = try await chain.states.balances(of: checkpoint)
        }
        return balances
    }
}
