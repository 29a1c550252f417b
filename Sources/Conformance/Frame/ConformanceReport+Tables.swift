import ConsensusTypes
import Foundation

extension ConformanceReport {
    /// A table for the terminal, failures below it.
    public var text: String {
        let rows = table
        let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            zip(row, widths).enumerated().map { index, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
        lines.append("")
        lines += skipLines
        lines += failures.map { "FAILED \($0.vector): \($0.reason)" }
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    /// The same as Markdown.
    public var markdown: String {
        var lines: [String] = []
        for (index, row) in table.enumerated() {
            lines.append("| \(row.joined(separator: " | ")) |")
            if index == 0 { lines.append("|---|" + String(repeating: "---:|", count: row.count - 1)) }
        }
        lines.append("")
        lines += skipLines.map { "- \($0)" }
        lines += failures.map { "- FAILED `\($0.vector)`: \($0.reason)" }
        lines.append("")
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    /// The same for programs: `groups`, `failures`, `skips`, `slowest`.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            groups: groups.sorted { $0.key < $1.key }.map { group, counts in
                Document.Group(
                    preset: group.preset,
                    fork: group.fork.name,
                    runner: group.runner,
                    handler: group.handler,
                    passed: counts.passed,
                    failed: counts.failed,
                    skipped: counts.skipped,
                    seconds: counts.took / .seconds(1)
                )
            },
            failures: failures.map { .init(vector: $0.vector.description, reason: $0.reason) },
            skips: skips,
            slowest: slowest.map { .init(vector: $0.vector.description, seconds: $0.took / .seconds(1)) }
        )
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    /// One line.
    public var summary: String {
        let counts = counts
        let seconds = String(format: "%.1f", counts.took / .seconds(1))
        return "\(counts.total) vectors: \(counts.passed) passed, \(counts.failed) failed, "
            + "\(counts.skipped) skipped; \(seconds) s of work"
    }

    private var skipLines: [String] {
        skips.sorted { $0.key < $1.key }.map { "skipped: \($0.value) vectors: \($0.key)" }
    }

    /// One row a handler, one column a fork; a cell says how many passed, `of` how many where not all did.
    private var table: [[String]] {
        struct Row: Hashable, Comparable {
            let preset: String
            let runner: String
            let handler: String
            static func < (a: Row, b: Row) -> Bool {
                (a.preset, a.runner, a.handler) < (b.preset, b.runner, b.handler)
            }
        }
        let forks = Set(groups.keys.map(\.fork)).sorted()
        var rows: [Row: [ForkName: Counts]] = [:]
        for (group, counts) in groups {
            let row = Row(preset: group.preset, runner: group.runner, handler: group.handler)
            rows[row, default: [:]][group.fork] = counts
        }
        var table = [["vectors"] + forks.map(\.name)]
        for (row, cells) in rows.sorted(by: { $0.key < $1.key }) {
            table.append(["\(row.preset) \(row.runner) \(row.handler)"] + forks.map { Self.cell(cells[$0]) })
        }
        return table
    }

    private static func cell(_ counts: Counts?) -> String {
        guard let counts else { return "–" }
        if counts.passed == counts.total { return "\(counts.passed)" }
        let failed = counts.failed > 0 ? ", \(counts.failed) failed" : ""
        return "\(counts.passed) of \(counts.total)\(failed)"
    }

    private struct Document: Encodable {
        struct Group: Encodable {
            let preset, fork, runner, handler: String
            let passed, failed, skipped: Int
            let seconds: Double
        }
        struct Failure: Encodable {
            let vector, reason: String
        }
        struct Slow: Encodable {
            let vector: String
            let seconds: Double
        }
        let groups: [Group]
        let failures: [Failure]
        let skips: [String: Int]
        let slowest: [Slow]
    }
}
