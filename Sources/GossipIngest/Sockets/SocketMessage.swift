public import BlockPipeline
internal import Concurrency
internal import DataAvailability
internal import ForkTree
internal import Foundation
public import GossipValidation
internal import Hashing

/// A block or envelope that came over a connection, and the way back for what is said of it.
public struct SocketMessage: IngestedMessage {
    public let content: IngestedContent
    public let label: ReplyPath
}

/// The way back to whoever sent a block or envelope.
public struct ReplyPath: Sendable {
    /// Counts the messages of its connection, from 0.
    public let sequence: UInt64
    let replies: ReplyQueue
    /// One place among the unanswered messages of the connection; free again once the answer is written.
    let place: PermitPool.Permit

    /// Tells the sender whether to pass the block on.
    public func answer(_ verdict: GossipVerdict) {
        replies.send(IngestVerdict(sequence, verdict), place: nil)
    }

    /// Tells the sender what came of it.
    public func answer(_ outcome: IngestOutcome) {
        let verdict =
            switch outcome {
            case .block(let outcome): IngestVerdict(sequence, outcome)
            case .envelope(let outcome): IngestVerdict(sequence, outcome)
            }
        replies.send(verdict, place: place)
    }
}

/// A sidecar that came over a connection, and the way back for what is said of it.
public struct SocketSidecar: Sendable {
    public let message: SidecarMessage
    /// Counts the messages of its connection, from 0, blocks included.
    public let sequence: UInt64
    let replies: ReplyQueue
    let place: PermitPool.Permit

    /// Tells the sender what came of the sidecar.
    public func answer(_ outcome: SidecarOutcome) {
        replies.send(IngestVerdict(sequence, outcome), place: place)
    }
}

/// What is said of one message: one line of JSON.
struct IngestVerdict: Encodable {
    var sequence: UInt64
    /// A lifecycle state, `judged` where that is still to come, or `refused` where the message did not get that far.
    var state: String
    var root: String?
    var slot: UInt64?
    var index: UInt64?
    var cause: String?
    var stage: String?
    var reason: String?
    /// `accept`, `ignore` or `reject`, and the rule that is broken.
    var gossip: String?
    var rule: String?

    /// What is said of a message before its block's transition.
    init(_ sequence: UInt64, _ verdict: GossipVerdict) {
        self.sequence = sequence
        state = "judged"
        switch verdict {
        case .accept: gossip = "accept"
        case .ignore: gossip = "ignore"
        case .reject: gossip = "reject"
        }
        rule = verdict.rule?.rawValue
    }

    /// What is said of a message that was not taken in.
    init(_ sequence: UInt64, refused reason: String) {
        self.sequence = sequence
        state = "refused"
        self.reason = reason
    }

    init(_ sequence: UInt64, _ outcome: BlockOutcome) {
        self.sequence = sequence
        state = outcome.state.name
        if outcome.root != Bytes32() {
            root = "\(outcome.root)"
            slot = outcome.record.slot
        }
        switch outcome.state {
        case .invalid(let why, let at):
            cause = why.name
            stage = at.name
        case .evicted(let why): cause = why.name
        default: break
        }
        if !outcome.record.reasonText.isEmpty { reason = outcome.record.reasonText }
    }

    init(_ sequence: UInt64, _ outcome: SidecarOutcome) {
        self.sequence = sequence
        if let block = outcome.blockRoot {
            root = "\(block)"
            slot = outcome.slot
            index = outcome.index
        }
        switch outcome.state {
        case .accepted: state = "accepted"
        case .duplicate: state = "duplicate"
        case .ignored(let why): (state, reason) = ("ignored", why)
        case .invalid(let why): (state, reason) = ("invalid", why)
        case .failed(let why): (state, reason) = ("failed", why)
        }
    }

    init(_ sequence: UInt64, _ outcome: PayloadOutcome) {
        self.sequence = sequence
        if let block = outcome.blockRoot {
            root = "\(block)"
            slot = outcome.slot
        }
        state = outcome.state.name
        reason = outcome.state.reason
    }

    /// The line with its end.
    var line: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return Array("{\"sequence\":\(sequence)}\n".utf8) }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}

/// Verdicts of one connection on their way out.
///
/// Two for each message that may be unanswered fit, so a verdict always finds room; the bound bites where messages are read.
final class ReplyQueue: Sendable {
    struct Reply: Sendable {
        let line: [UInt8]
        let place: PermitPool.Permit?
    }

    private let queue: BoundedQueue<Reply>

    init(capacity: Int) { queue = BoundedQueue(capacity: capacity, overflow: .rejectNewest) }

    func send(_ verdict: IngestVerdict, place: PermitPool.Permit?) {
        queue.trySend(Reply(line: verdict.line, place: place))
    }

    /// The next reply; `nil` after the last one.
    func next() async -> Reply? { (try? await queue.receive()) ?? nil }

    func finish() { queue.finish() }
}
