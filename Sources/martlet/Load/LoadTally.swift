import Concurrency
import Foundation
import Hashing

/// What a daemon said of the messages that it was sent.
struct LoadReport: Encodable, Sendable {
    /// Messages sent, copies included, by kind.
    var sent: [String: Int] = [:]
    /// Answers by kind and state: `block.included`.
    var answers: [String: Int] = [:]
    /// What was said of blocks before they were included, by verdict and rule.
    var gossip: [String: Int] = [:]
    /// Different messages, and how many of them the daemon took in.
    var expected = 0
    var included = 0
    /// Messages without an answer.
    var unanswered = 0
    /// Sent more than half a second after their time: the sender, or the making of the chain, was too slow.
    var behind = 0
    /// Blocks in time that were taken in after the end of their slot.
    var late = 0
    /// Milliseconds from sending a block to hearing that it is included.
    var latencyMs: Latency?
    var interrupted = false
    /// Up to sixteen answers that should not have come.
    var problems: [String] = []

    struct Latency: Encodable, Sendable {
        var median: UInt32
        var p95: UInt32
        var max: UInt32
    }

    /// Whether everything that was sent was taken in, and answered.
    var isGood: Bool { included == expected && unanswered == 0 && problems.isEmpty }
}

/// Counts what is sent and what comes back; told from two threads.
final class LoadTally: Sendable {
    private static let problemLimit = 16
    private static let lag: UInt64 = 500

    private struct Answer: Decodable {
        var sequence: UInt64
        var state: String
        var gossip: String?
        var cause: String?
        var reason: String?
        var rule: String?
    }

    private struct Sent {
        var delivery: Delivery
        var atMs: UInt64
        var slotEndMs: UInt64
    }

    private struct State {
        var report = LoadReport()
        var open: [UInt64: Sent] = [:]
        var next: UInt64 = 0
        /// Numbers of the messages sent, and of those taken in.
        var messages: Set<Int> = []
        var taken: Set<Int> = []
        var latencies: [UInt32] = []
    }

    private let state = Guarded(State())

    /// Notes a message that is about to be sent: its answer may come at once.
    func send(_ delivery: Delivery, atMs now: UInt64, slotEndMs: UInt64) {
        state.withLock { state in
            state.open[state.next] = Sent(delivery: delivery, atMs: now, slotEndMs: slotEndMs)
            state.next += 1
            state.messages.insert(delivery.number)
            state.report.sent[delivery.message.kind.rawValue, default: 0] += 1
            if now > delivery.dueMs + Self.lag { state.report.behind += 1 }
        }
    }

    /// Notes an answer, a line of JSON.
    func answer(_ line: [UInt8], atMs now: UInt64) {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(line)) else {
            state.withLock { Self.note("no answer: \(String(decoding: line.prefix(200), as: UTF8.self))", &$0.report) }
            return
        }
        state.withLock { state in
            if answer.state == "judged" {
                let verdict = [answer.gossip ?? "none", answer.rule].compactMap { $0 }.joined(separator: ".")
                state.report.gossip[verdict, default: 0] += 1
                if answer.gossip == "reject" {
                    let file = state.open[answer.sequence]?.delivery.message.file ?? "?"
                    Self.note("\(file): rejected: \(answer.rule ?? "")", &state.report)
                }
                return
            }
            guard let sent = state.open.removeValue(forKey: answer.sequence) else {
                let why = answer.reason ?? answer.cause ?? ""
                return Self.note("message \(answer.sequence): \(answer.state) \(why)", &state.report)
            }
            let message = sent.delivery.message
            state.report.answers["\(message.kind.rawValue).\(answer.state)", default: 0] += 1
            switch answer.state {
            case "included", "accepted":
                state.taken.insert(sent.delivery.number)
                guard message.kind == .block else { return }
                state.latencies.append(UInt32(clamping: now - min(now, sent.atMs)))
                if !message.isLate, now > sent.slotEndMs { state.report.late += 1 }
            // A copy that came too early: the message counts as lost unless another copy is taken in.
            case "duplicate", "ignored": break
            default:
                let why = answer.reason ?? answer.cause ?? ""
                Self.note("\(message.file): \(answer.state) \(why)", &state.report)
            }
        }
    }

    private static func note(_ problem: String, _ report: inout LoadReport) {
        if report.problems.count < problemLimit { report.problems.append(problem) }
    }

    func report(interrupted: Bool) -> LoadReport {
        state.withLock { state in
            var report = state.report
            report.expected = state.messages.count
            report.included = state.taken.count
            report.unanswered = state.open.count
            report.interrupted = interrupted
            let latencies = state.latencies.sorted()
            if let slowest = latencies.last {
                report.latencyMs = .init(
                    median: latencies[latencies.count / 2],
                    p95: latencies[latencies.count * 95 / 100],
                    max: slowest
                )
            }
            return report
        }
    }
}
