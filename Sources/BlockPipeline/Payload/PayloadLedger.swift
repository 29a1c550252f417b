internal import Concurrency
public import ConsensusTypes
public import Hashing

/// Bounds on waiting for payloads that come apart from their blocks.
public struct PayloadLimits: Hashable, Sendable {
    /// Milliseconds that a block waits for the payload it builds on, and an envelope for its block.
    public var waitMs: UInt64 = 60_000
    /// Blocks that wait for a payload.
    ///
    /// Overflow: the newcomer is late.
    public var blocks = 1_024
    /// Envelopes that wait for their block.
    ///
    /// Overflow: the newcomer is late.
    public var envelopes = 1_024
    /// Bytes of blocks that wait, and as many of envelopes.
    ///
    /// Overflow: the newcomer is late.
    public var bytes = 64 << 20
    /// Refused payloads remembered.
    ///
    /// Overflow: the oldest is forgotten.
    public var refused = 1_024

    public init() {}
}

/// Who waits for a payload, and which payloads the execution engine refused; which are verified fork choice knows.
public final class PayloadLedger: Sendable {
    let limits: PayloadLimits
    /// Rung for a block when its task ends: its envelope waits.
    let blocks: Bells
    /// Rung for a block when an envelope of it has ended or its payload is refused: its children wait.
    let payloads: Bells
    /// Why payloads were refused.
    private let refusals: Guarded<BoundedMap<Root, String>>
    /// How many envelopes of a block are being carried through; as many as have tasks.
    private let underWay = Guarded<[Root: Int]>([:])

    init(limits: PayloadLimits) {
        self.limits = limits
        blocks = Bells(waiting: limits.envelopes, bytes: limits.bytes)
        payloads = Bells(waiting: limits.blocks, bytes: limits.bytes)
        refusals = Guarded(BoundedMap(capacity: limits.refused))
    }

    /// Blocks that sleep until a payload comes, each with the block whose payload it is.
    public var waitingBlocks: [Root: Root] {
        Dictionary(payloads.sleepers.map { ($0.root, $0.awaited) }, uniquingKeysWith: { first, _ in first })
    }

    /// Envelopes that wait for their block.
    public var waitingEnvelopes: Int { blocks.count }

    /// Whether somebody was woken and has not gone on yet.
    public var isStirring: Bool { blocks.isRinging || payloads.isRinging }

    /// Ends all waits, now and later.
    public func close() {
        blocks.close()
        payloads.close()
    }

    /// Whether an envelope of the block is being carried through.
    func isUnderWay(_ root: Root) -> Bool { underWay.withLock { $0[root] != nil } }

    /// An envelope of the block begins its way; `end` must follow.
    func begin(_ root: Root) { underWay.withLock { $0[root, default: 0] += 1 } }

    /// An envelope of the block has ended, in fork choice or not: wakes those who wait for it.
    func end(_ root: Root) {
        underWay.withLock { underWay in
            let rest = underWay[root, default: 1] - 1
            underWay[root] = rest > 0 ? rest : nil
        }
        payloads.ring(root)
    }

    /// Why the payload of a block was refused.
    func refusal(of root: Root) -> String? { refusals.withLock { $0[root] } }

    /// Remembers that the execution engine refused the payload of a block, and wakes those who wait for it.
    func refuse(_ root: Root, _ reason: String) {
        refusals.withLock { _ = $0.insert(reason, for: root) }
        payloads.ring(root)
    }
}
