import ConsensusTypes
import Foundation
import Hashing
import Node
import TestSupport
import Testing

/// The streams in `fixtures/`, with what the executable spec says of them.
enum Fixtures {
    static func path(_ name: String) -> String { "\(Checkout.fixtures)/\(name)" }
}

/// `expected.json` of a stream.
struct Expected {
    struct Message {
        let file: String
        let root: String?
        let state: String
        let reason: String?
        let ancestor: String?
        let missing: String?
        let stateRoot: String?
        /// Other fates that are as right.
        let alternatives: [(state: String, reason: String?)]
    }

    let headRoot: String
    let headSlot: UInt64
    let headStateRoot: String
    let justified: (epoch: UInt64, root: String)
    let finalized: (epoch: UInt64, root: String)
    let weights: [String: UInt64]
    let messages: [Message]
    /// Roots of the blocks whose payload envelope the stream has.
    let envelopes: [String]

    init(stream: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("\(stream)/expected.json")))
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let head = try #require(json["head"] as? [String: Any])
        headRoot = try #require(head["root"] as? String)
        headSlot = try #require(head["slot"] as? NSNumber).uint64Value
        headStateRoot = try #require(head["state_root"] as? String)
        func checkpoint(_ name: String) throws -> (UInt64, String) {
            let value = try #require(json[name] as? [String: Any])
            return (try #require(value["epoch"] as? NSNumber).uint64Value, try #require(value["root"] as? String))
        }
        justified = try checkpoint("justified")
        finalized = try checkpoint("finalized")
        weights = (json["weights"] as? [String: NSNumber] ?? [:]).mapValues(\.uint64Value)
        let rows = try #require(json["messages"] as? [[String: Any]])
        envelopes = rows.compactMap { $0["envelope"] == nil ? nil : $0["root"] as? String }
        messages = rows.map { row in
            Message(
                file: row["file"] as? String ?? "",
                root: row["root"] as? String,
                state: row["state"] as? String ?? "",
                reason: row["reason"] as? String,
                ancestor: row["ancestor"] as? String,
                missing: row["missing"] as? String,
                stateRoot: row["post_state_root"] as? String,
                alternatives: (row["or"] as? [[String: Any]] ?? []).map {
                    ($0["state"] as? String ?? "", $0["reason"] as? String)
                }
            )
        }
    }

    /// What differs between a report and the expectation; empty where nothing does.
    ///
    /// Of files with the same bytes one has the fate of the first and the others are duplicates, in any order.
    func differences(from report: ReplayReport) -> [String] {
        var found: [String] = []
        func compare(_ what: String, _ expected: String, _ got: String) {
            if expected != got { found.append("\(what): expected \(expected), got \(got)") }
        }
        compare("head root", headRoot, "\(report.head)")
        compare("head slot", "\(headSlot)", "\(report.headSlot)")
        compare("head state root", headStateRoot, "\(report.headStateRoot)")
        compare("justified", "\(justified)", "\((epoch: report.justified.epoch, root: "\(report.justified.root)"))")
        compare("finalized", "\(finalized)", "\((epoch: report.finalized.epoch, root: "\(report.finalized.root)"))")
        compare("messages", "\(messages.count)", "\(report.results.count)")
        let duplicates = messages.filter { $0.state == "duplicate" }
        let copied = Set(duplicates.compactMap(\.root))
        for (message, result) in zip(messages, report.results) where message.root.map({ !copied.contains($0) }) ?? true
        {
            if let problem = fate(of: message, result) { found.append(problem) }
        }
        // Copies: compared as a set, because whichever comes first is carried through.
        for root in copied {
            let expected = messages.filter { $0.root == root && $0.reason != "signature" }.map(\.state).sorted()
            let got = zip(messages, report.results).filter { $0.0.root == root && $0.0.reason != "signature" }
                .map(\.1.state).sorted()
            compare("copies of \(root)", "\(expected)", "\(got)")
        }
        return found
    }

    private static let reasons = [
        "signature": ["proposer_signature"], "state_root": ["state_root_mismatch"],
        "transition": ["invalid_transition", "slot_not_after_parent"], "ancestor": ["ancestor"],
        "snappy": ["malformed"], "ssz": ["malformed"],
    ]

    private func fate(of message: Message, _ result: ReplayReport.Result) -> String? {
        let fates = [(state: message.state, reason: message.reason)] + message.alternatives
        let fits = fates.contains { fate in
            guard fate.state == result.state else { return false }
            guard fate.state == "invalid", let reason = fate.reason else { return true }
            return Self.reasons[reason]?.contains(result.cause ?? "") ?? false
        }
        let name = message.file
        guard fits else {
            return "\(name): expected \(message.state) \(message.reason ?? ""), got \(result.state) "
                + "\(result.cause ?? "") (\(result.reason))"
        }
        if result.state == "included", let root = message.stateRoot, root != result.stateRoot.map({ "\($0)" }) {
            return "\(name): expected state root \(root), got \(result.stateRoot.map { "\($0)" } ?? "none")"
        }
        if let ancestor = message.ancestor, result.cause == "ancestor", ancestor != result.ancestor.map({ "\($0)" }) {
            return "\(name): expected ancestor \(ancestor), got \(result.ancestor.map { "\($0)" } ?? "none")"
        }
        if let missing = message.missing, result.state == "pending", missing != result.missing.map({ "\($0)" }) {
            return "\(name): expected missing \(missing), got \(result.missing.map { "\($0)" } ?? "none")"
        }
        return nil
    }
}
