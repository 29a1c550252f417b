import BlockPipeline
import ConsensusTypes
import Hashing
import Node

/// The report of a replay as people read it.
enum ReplayText {
    static func summary(_ report: ReplayReport) -> String {
        let rate = report.blocksPerSecond.text(1)
        var lines = [
            "\(report.messages) messages in \(report.seconds.text(2)) s, \(rate) blocks/s, "
                + "\(report.transitions) transitions"
        ]
        switch report.assumed {
        case .none: break
        case .all: lines.append("no signature was verified: all were assumed to be valid")
        case .through(let slot, let root):
            let end = root.map { " in block \($0)" } ?? ""
            lines.append("signatures of blocks up to slot \(slot)\(end) were not verified: assumed to be valid")
        }
        lines += [""] + table([["stage", "count", "p50", "p95", "p99"]] + report.stages.map(row)) + [""]
        lines.append(
            report.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        )
        let data = report.data.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        if report.data.values.contains(where: { $0 > 0 }) || report.sidecars > 0 {
            let rejected = report.rejectedSidecars.count
            lines.append("data       \(data); \(report.sidecars) sidecars, \(rejected) rejected")
        }
        if !report.envelopeCounts.isEmpty {
            let counts = report.envelopeCounts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append("envelopes  \(counts.joined(separator: ", "))")
        }
        for missing in report.missing {
            lines.append("missing    \(missing.root), which \(missing.waiting) blocks waited for")
        }
        lines.append("head       slot \(report.headSlot)  \(report.head)  state \(report.headStateRoot)")
        lines.append(line("justified", report.justified))
        lines.append(line("finalized", report.finalized))
        if let memory = report.memory {
            lines.append(
                "memory     \(memory.peak >> 20) MiB at most; \(memory.states) states in \(memory.stateBytes >> 20) of "
                    + "\(memory.stateLimit >> 20) MiB, \(memory.statesEvicted) given up, \(memory.rebuildings) rebuilt"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// One line for every block that is not in, and for every expectation that does not hold.
    static func failures(_ report: ReplayReport) -> [String] {
        report.failures.map { failure in
            let root = failure.root.map { "root \($0) slot \(failure.slot)" } ?? "no root"
            let cause = failure.cause.map { " (\($0))" } ?? ""
            return "not included: \(failure.name): \(root): \(failure.state)\(cause) at \(failure.stage): "
                + (failure.reason.isEmpty ? "no reason given" : failure.reason)
        }
            + report.envelopeFailures.map { failure in
                let root = failure.root.map { "block \($0) slot \(failure.slot)" } ?? "no root"
                return "envelope not included: \(failure.name): \(root): \(failure.state): \(failure.reason)"
            }
            + report.rejectedSidecars.map { "sidecar rejected: \($0.name): \($0.reason)" }
            + (report.sums.unlisted > 0 ? ["and \(report.sums.unlisted) more that are not included"] : [])
            + report.problems.map { "expectation failed: \($0)" }
    }

    private static func row(_ time: ReplayReport.StageTime) -> [String] {
        [time.stage, "\(time.count)", time.p50.duration, time.p95.duration, time.p99.duration]
    }

    private static func line(_ name: String, _ checkpoint: Checkpoint) -> String {
        "\(name)  epoch \(checkpoint.epoch)  \(checkpoint.root)"
    }
}
