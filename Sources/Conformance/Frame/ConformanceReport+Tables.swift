import ConsensusTypes
import Foundation

extension ConformanceReport {
    /// Failures by path, then a table of runners and forks with sums, then one line that says it all.
    public var text: String {
        var lines = failures.flatMap { failure in
            let reason = failure.reason.split(separator: "\n", omittingEmptySubsequences: false)
            return ["FAILED \(failure.vector): \(reason.first ?? "")"] + reason.dropFirst().map { "    \($0)" }
        }
        lines += remarks
        if !lines.isEmpty { lines.append("") }
        let rows = table(\.runnerName, withSums: true)
        let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
        lines += rows.map { row in
            zip(row, widths).enumerated().map { index, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
        return (lines + ["", summary]).joined(separator: "\n")
    }

    /// The same as Markdown, and a second table with a row for every handler.
    public var markdown: String {
        var lines = Self.markdown(table(\.runnerName, withSums: true)) + [""]
        lines += Self.markdown(table(\.handlerName, withSums: false)) + [""]
        lines += remarks.map { "- \($0)" }
        lines += failures.map { "- FAILED `\($0.vector)`: \($0.reason.replacingOccurrences(of: "\n", with: "; "))" }
        return (lines + ["", summary]).joined(separator: "\n")
    }

    private static func markdown(_ rows: [[String]]) -> [String] {
        guard let head = rows.first else { return [] }
        let rule = "|---|" + String(repeating: "---:|", count: head.count - 1)
        let lines = rows.map { "| \($0.joined(separator: " | ")) |" }
        return [lines[0], rule] + lines.dropFirst()
    }

    /// The same for programs: `ok`, `totals`, `groups`, `failures`, `skips`, `stray_files`, `slowest`.
    public func json(isStrict: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let counts = counts
        let document = Document(
            ok: isGood(isStrict: isStrict),
            totals: .init(
                vectors: counts.total,
                passed: counts.passed,
                failed: counts.failed,
                skipped: counts.skipped,
                seconds: counts.took / .seconds(1)
            ),
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
            failures: failures.map {
                .init(vector: $0.vector.description, path: $0.vector.path, reason: $0.reason)
            },
            skips: skips.sorted { $0.key < $1.key }.map { .init(reason: $0.key, vectors: $0.value) },
            strayFiles: strayFiles,
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

    /// What was left out, and why.
    private var remarks: [String] {
        skips.sorted { $0.key < $1.key }.map { "skipped: \($0.value) vectors: \($0.key)" }
            + strayFiles.map { "not read: \($0): a file where the layout has folders" }
    }

    /// A row for every name that `name` gives, a column for every fork.
    ///
    /// A cell says how many passed; where not all did, also of how many, and what became of the others.
    private func table(_ name: KeyPath<VectorGroup, String>, withSums: Bool) -> [[String]] {
        let forks = Set(groups.keys.map(\.fork)).sorted()
        var rows: [String: [ForkName: Counts]] = [:]
        for (group, counts) in groups {
            rows[group[keyPath: name], default: [:]][group.fork, default: .init()].add(counts)
        }
        var table = [["vectors"] + forks.map(\.name)]
        for (row, cells) in rows.sorted(by: { $0.key < $1.key }) {
            table.append([row] + forks.map { Self.cell(cells[$0]) })
        }
        guard withSums else { return table }
        let columns = forks.map { fork in
            groups.filter { $0.key.fork == fork }.values.reduce(into: Counts()) { $0.add($1) }
        }
        table[0].append("all")
        for (row, counts) in rows.sorted(by: { $0.key < $1.key }).map(\.value).enumerated() {
            table[row + 1].append(Self.cell(counts.values.reduce(into: Counts()) { $0.add($1) }))
        }
        for (label, part) in [("passed", \Counts.passed), ("failed", \Counts.failed), ("skipped", \Counts.skipped)] {
            table.append([label] + columns.map { "\($0[keyPath: part])" } + ["\(counts[keyPath: part])"])
        }
        return table
    }

    private static func cell(_ counts: Counts?) -> String {
        guard let counts else { return "–" }
        if counts.passed == counts.total { return "\(counts.passed)" }
        let failed = counts.failed > 0 ? ", \(counts.failed) failed" : ""
        let skipped = counts.skipped > 0 ? ", \(counts.skipped) skipped" : ""
        return "\(counts.passed) of \(counts.total)\(failed)\(skipped)"
    }

    private struct Document: Encodable {
        struct Totals: Encodable {
            let vectors, passed, failed, skipped: Int
            let seconds: Double
        }
        struct Group: Encodable {
            let preset, fork, runner, handler: String
            let passed, failed, skipped: Int
            let seconds: Double
        }
        struct Failure: Encodable {
            let vector, path, reason: String
        }
        struct Skip: Encodable {
            let reason: String
            let vectors: Int
        }
        struct Slow: Encodable {
            let vector: String
            let seconds: Double
        }
        let ok: Bool
        let totals: Totals
        let groups: [Group]
        let failures: [Failure]
        let skips: [Skip]
        let strayFiles: [String]
        let slowest: [Slow]
    }
}

extension VectorGroup {
    /// What a row of the table of runners is called.
    fileprivate var runnerName: String { "\(preset) \(runner)" }

    fileprivate var handlerName: String { "\(preset) \(runner) \(handler)" }
}
