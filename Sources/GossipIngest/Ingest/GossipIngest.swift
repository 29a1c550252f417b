public import BlockPipeline
internal import Concurrency
public import ForkTree
public import GossipValidation
internal import Hashing

/// Takes messages from a source and gives each one a task of its own.
///
/// The tasks are children of `run`, in a discarding group: cancelling `run` cancels them all, and none outlives it.
/// At most `inFlight` blocks are under way; when they are, the next message is not taken from the source, so a source
/// that can wait is slowed down. Blocks that wait for an ancestor nobody has sent yet do not count: they are bounded
/// by the fork tree, whose overflow policy says which goes.
public final class GossipIngest: Sendable {
    private let chain: Chain
    private let permits: PermitPool
    private let admission: Guarded<Admission>
    private let counters = Guarded(IngestCounts())

    public init(chain: Chain, limits: IngestLimits = IngestLimits()) {
        self.chain = chain
        permits = PermitPool(width: limits.inFlight)
        admission = Guarded(Admission(maximumBytes: limits.messageBytes, memory: limits.remembered))
    }

    /// What has come in so far.
    public var counts: IngestCounts { counters.withLock { $0 } }

    /// Takes messages until the source ends, and returns when the last task has ended.
    ///
    /// - Parameters:
    ///   - observer: told of every block that waits for its parent, and every envelope that waits for its block.
    ///   - judged: called once for every block, before it is included, with what gossip rules say of it.
    ///   - report: called with the outcome of every message, in the task of the message. By then the message's bytes
    ///     are gone, so both are told its label.
    public func run<Source: AsyncSequence & Sendable>(
        _ source: Source,
        observer: any WaitObserver = NoObserver(),
        judged: (@Sendable (Source.Element.Label, GossipVerdict) -> Void)? = nil,
        report: @escaping @Sendable (Source.Element.Label, IngestOutcome) async -> Void
    ) async throws where Source.Element: IngestedMessage {
        try await withThrowingDiscardingTaskGroup { group in
            for try await message in source {
                // Taken before the admission: a message that is let in is carried through.
                let permit = try await permits.acquire()
                let label = message.label
                // A task keeps what it began with to its end, and may wait long: it begins with what it can give away.
                let parcel = Parcel(message.content)
                group.addTask { [self] in
                    defer { permit.release() }
                    let observer = ReleasingObserver(permit: permit, next: observer)
                    guard let content = parcel.take() else { return }
                    let outcome: IngestOutcome =
                        switch consume content {
                        case .block(let block):
                            .block(
                                await take(consume block, observer: observer, answer: Self.answer(to: label, judged))
                            )
                        case .envelope(let envelope): .envelope(await take(consume envelope, observer: observer))
                        }
                    await report(label, outcome)
                }
            }
        }
    }

    private static func answer<Label: Sendable>(
        to label: Label,
        _ judged: (@Sendable (Label, GossipVerdict) -> Void)?
    ) -> (@Sendable (GossipVerdict) -> Void)? {
        guard let judged else { return nil }
        return { judged(label, $0) }
    }

    /// Carries one message through, or says why it was not let in.
    ///
    /// - Parameters:
    ///   - answer: told once, before the block is included, what gossip rules say of the message.
    public func take(
        _ message: consuming BlockMessage,
        observer: any WaitObserver = NoObserver(),
        answer: (@Sendable (GossipVerdict) -> Void)? = nil
    ) async -> BlockOutcome {
        let digest = SHA256.hash(message.bytes)
        let admitted = admission.withLock { $0.ask(digest, bytes: message.bytes.count) }
        counters.withLock { $0.count(admitted) }
        switch admitted {
        case .duplicate:
            answer?(.ignore(.messageIsKnown))
            return BlockOutcome(notAdmitted: message, .duplicate, "the same bytes came before")
        case .tooLarge(let limit, let got):
            answer?(.reject(.messageIsMalformed))
            return BlockOutcome(
                notAdmitted: message,
                .invalid(.malformed, at: .decompress),
                "message: expected at most \(limit) bytes, got \(got)"
            )
        case .admitted: break
        }
        let outcome = await BlockTask(chain: chain).run(consume message, observer: observer, answer: answer)
        switch outcome.state {
        case .included, .invalid, .duplicate: break
        default: admission.withLock { $0.forget(digest) }
        }
        return outcome
    }
}

extension GossipIngest {
    /// Carries one envelope through, or says why it was not let in.
    public func take(
        _ message: consuming PayloadMessage,
        observer: any WaitObserver = NoObserver()
    ) async -> PayloadOutcome {
        let digest = SHA256.hash(message.bytes)
        let answer = admission.withLock { $0.ask(digest, bytes: message.bytes.count) }
        counters.withLock { $0.count(answer) }
        switch answer {
        case .duplicate: return PayloadOutcome(state: .duplicate)
        case .tooLarge(let limit, let got):
            return PayloadOutcome(state: .invalid("message: expected at most \(limit) bytes, got \(got)"))
        case .admitted: break
        }
        let outcome = await PayloadTask(chain: chain).run(message, observer: observer)
        switch outcome.state {
        case .included, .invalid, .duplicate: break
        case .pending, .expired, .ignored, .failed: admission.withLock { $0.forget(digest) }
        }
        return outcome
    }
}

/// Gives a block's permit back when the block begins to wait for what nobody has sent: an ancestor, or its parent's payload.
private struct ReleasingObserver: WaitObserver {
    let permit: PermitPool.Permit
    let next: any WaitObserver

    func willWait(isOrphan: Bool) {
        if isOrphan { permit.release() }
        next.willWait(isOrphan: isOrphan)
    }

    func didWait() { next.didWait() }
}

/// What a message carries.
public enum IngestedContent: Sendable {
    case block(BlockMessage)
    /// Gloas and later: the payload of a block.
    case envelope(PayloadMessage)
}

/// What came of a message.
public enum IngestOutcome: Sendable {
    case block(BlockOutcome)
    case envelope(PayloadOutcome)
}

/// Something that carries a message and may know more about where it came from.
public protocol IngestedMessage: Sendable {
    /// What the source knows the message by, kept until its outcome is told.
    associatedtype Label: Sendable

    var content: IngestedContent { get }
    var label: Label { get }
}

extension BlockMessage: IngestedMessage {
    public var content: IngestedContent { .block(self) }
    public var label: BlockOrigin { origin }
}

/// Bounds on what comes in.
public struct IngestLimits: Hashable, Sendable {
    /// Bytes of a message as it comes, compressed.
    ///
    /// Spec: `max_compressed_len` of `MAX_PAYLOAD_SIZE`.
    public var messageBytes = 32 + 10_485_760 + 10_485_760 / 6
    /// Blocks under way at once, those waiting for an unknown ancestor not counted.
    ///
    /// Overflow: the source waits.
    public var inFlight = 256
    /// Digests of messages remembered.
    ///
    /// Overflow: the oldest is forgotten.
    public var remembered = 65_536

    public init() {}
}

/// Messages by what admission said.
public struct IngestCounts: Hashable, Sendable {
    public var admitted: UInt64 = 0
    public var duplicates: UInt64 = 0
    public var tooLarge: UInt64 = 0

    mutating func count(_ answer: Admission.Answer) {
        switch answer {
        case .admitted: admitted += 1
        case .duplicate: duplicates += 1
        case .tooLarge: tooLarge += 1
        }
    }
}
