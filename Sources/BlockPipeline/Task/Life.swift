internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import GossipValidation
internal import Hashing
internal import StateTransition

/// The record of a block's life while its task writes it.
struct Life {
    let chain: Chain
    var record: LifecycleRecord
    /// Set once the tree has taken the block in: whoever holds it must end it.
    var ticket: BlockTicket?
    var observer: any WaitObserver = NoObserver()
    /// Who is told, once, what gossip rules say of the message; `nil` where nobody asks, or was told.
    var answer: (@Sendable (GossipVerdict) -> Void)?
    private var error: BlockError?
    private var stage: Stage?
    private var failedAt: Stage = .decompress
    private var lap = Lap()
    private var hasEnded = false
    private var isDuplicate = false
    /// The block whose payload never came, where that is what it waited for to the end.
    private var missingPayload: Root?
    /// Set once the transition has proved it.
    var stateRoot: Root?

    init(chain: Chain, origin: BlockOrigin, receivedAt: UInt64) {
        self.chain = chain
        record = LifecycleRecord(root: Root(), slot: 0, parent: Root(), receivedAt: receivedAt, origin: origin)
    }

    /// Ends the stage before and begins the next one.
    mutating func enter(_ next: Stage?) {
        let passed = lap.lap()
        if let stage { record.durations[stage, default: 0] += passed }
        stage = next
        if let next { failedAt = next }
    }

    mutating func identify(_ decoded: DecodedBlock) {
        record.root = decoded.root
        record.slot = decoded.slot
        record.parent = decoded.parentRoot
        record.proposer = decoded.block.proposerIndex
    }

    mutating func waitsFor(_ parent: Root, unless isHere: Bool) {
        if !isHere { record.waitedFor = parent }
    }

    mutating func waited() {
        enter(.awaitParent)
        if record.waitedFor != nil { record.waitDuration = record.durations[.awaitParent] ?? 0 }
    }

    mutating func measured(_ timing: TransitionedBlock.Timing) {
        record.durations[.signatures, default: 0] += timing.signatures
    }

    /// Says what is known of the block's data; throws where it will not do.
    mutating func settled(_ data: (answer: DataAnswer, nanoseconds: UInt64)?) throws(BlockError) {
        guard let data else { return }
        record.data = data.answer.result
        record.durations[.data, default: 0] += data.nanoseconds
        switch data.answer {
        case .available, .assumed: return
        case .unavailable(let why):
            failedAt = .data
            throw .dataUnavailable(why)
        case .late(let why):
            failedAt = .data
            throw .dataLate(why)
        }
    }

    /// What was stored before came with its data, or has it by now.
    var patience: DataPatience { record.origin == .stored ? .answerNow : .wait }

    mutating func lacksPayload(of parent: Root) { missingPayload = parent }

    mutating func endsAs(_ state: Lifecycle) {
        record.state = state
        hasEnded = true
    }

    /// The root, or this very copy, is known already.
    mutating func duplicate(of known: Lifecycle) {
        isDuplicate = true
        record.reasonText = "already \(known.name)"
        endsAs(.duplicate)
    }

    /// The tree knows why it does not want the block.
    mutating func refuse(_ known: Lifecycle) {
        isDuplicate = true
        endsAs(known)
    }

    mutating func fail(_ thrown: any Error) {
        enter(nil)
        switch thrown {
        case let thrown as ForkChoiceError: error = .forkChoice(thrown)
        case let thrown as TransitionError: error = .transition(thrown)
        case BlockError.dataLate(let why):
            record.reasonText = why
            endsAs(.expired)
            return withdraw()
        case BlockError.payloadLate:
            record.reasonText = "\(thrown)"
            endsAs(.expired)
            return withdraw()
        case let thrown as BlockError: error = thrown
        case let thrown as StoreError: error = .store("\(thrown)")
        case is CancellationError:
            if !hasEnded { endsAs(.evicted(.shutdown)) }
            withdraw()
            return
        default: error = .store("\(thrown)")
        }
        record.reasonText = error.map { "\($0)" } ?? ""
        // An error behind the announcement is the store's; the block is in.
        if record.state == .included { return }
        guard let error, let reason = error.invalidReason else {
            endsAs(.evicted(.forgotten))
            return withdraw()
        }
        endsAs(.invalid(reason, at: failedAt))
        if let ticket { chain.tree.resolve(ticket, .invalid(reason, at: failedAt)) }
    }

    private func withdraw() {
        if let ticket { chain.tree.withdraw(ticket) }
    }

    /// Writes the record down and answers what came of the block.
    mutating func end() async -> BlockOutcome {
        enter(nil)
        answer(error?.gossipVerdict ?? .ignore(isDuplicate ? .messageIsKnown : .nodeCannotJudge))
        if record.reasonText.isEmpty { record.reasonText = treeReason ?? "" }
        chain.metrics.record(record)
        // Its envelope may wait for it.
        chain.payloads.blocks.ring(record.root)
        // A duplicate or a bad copy must not write over the life of the block itself.
        let isOfRoot = record.root != Root() && !isDuplicate && record.state != .duplicate && !isBadCopy
        if isOfRoot {
            do {
                try await write(stored)
            } catch {
                self.error = self.error ?? .store("\(error)")
            }
        }
        return BlockOutcome(record: record, error: error, stage: failedAt, stateRoot: stateRoot)
    }

    /// Stores the record; one of an earlier run that says the same end stays, since it tells how the block got there.
    private func write(_ record: LifecycleRecord) async throws {
        guard record.origin == .stored else {
            return try await chain.store.putLifecycle(record.root, record.encoded())
        }
        try await chain.store.updateLifecycle(record.root) { old in
            guard let old, let known = try? LifecycleRecord(decoding: old), known.state == record.state else {
                return record.encoded()
            }
            return old
        }
    }

    /// A block whose wait was only cut short by the end of the process is still pending.
    private var stored: LifecycleRecord {
        var stored = record
        if record.state == .evicted(.shutdown) { (stored.state, stored.reasonText) = (.pending, payloadReason ?? "") }
        return stored
    }

    /// In words, why the tree ended the block; `nil` where no reason is needed.
    private var treeReason: String? {
        switch record.state {
        case .invalid(.ancestor(let root), _): "a block above it is invalid: \(root)"
        case .invalid(.slotNotAfterParent, _):
            "slot: expected one after \(parentSlot) of its parent \(record.parent.short), got \(record.slot)"
        case .invalid(.conflictsWithFinality, _): "expected a descendant of the finalized block, got another branch"
        case .invalid(let reason, let stage): "found invalid before: \(reason.name) at \(stage.name)"
        case .expired: "waited longer than is allowed for an ancestor"
        case .evicted(.capacity): "gave way to others: too many blocks wait"
        case .evicted(.finality): "slot: expected one after the finalized block's, got \(record.slot)"
        case .evicted(.shutdown): payloadReason ?? "let go at the stop"
        case .evicted(.forgotten): "an ancestor that it waited for was given up"
        case .new, .pending, .child, .blockChild, .stateChild, .included, .duplicate: nil
        }
    }

    private var payloadReason: String? {
        missingPayload.map { "expected the payload envelope of block \($0), which has not come" }
    }

    private var parentSlot: String { chain.tree.node(record.parent).map { "\($0.slot)" } ?? "that" }

    private var isBadCopy: Bool {
        if case .invalid(let reason, _) = record.state { reason.scope == .copy } else { false }
    }
}

extension BlockError {
    /// What the tree is told; `nil` when the fault is not the block's.
    var invalidReason: InvalidReason? {
        switch self {
        case .snappy, .ssz, .tooShort: .malformed
        case .slot: .malformed
        case .proposerSignature: .proposerSignature
        case .blocked, .beyondAssumed: .forkChoice
        case .forkChoice(let error):
            switch error {
            case .notAfterFinalized, .conflictsWithFinalized: .conflictsWithFinality
            case .invalidatedParent: .executionPayload
            default: nil
            }
        case .payload, .payloadRefused: .executionPayload
        case .transition(let error):
            switch error.kind {
            case .stateRoot: .stateRootMismatch
            case .payload: .executionPayload
            case .proposerSignature: .proposerSignature
            case .rule, .signature: .invalidTransition
            }
        case .dataUnavailable: .dataUnavailable
        case .stateUnavailable, .store, .engine, .dataLate, .payloadLate: nil
        }
    }
}
