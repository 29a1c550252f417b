import Conformance
import Foundation

/// `martlet conformance`: carries out reference vectors and says what came of them.
enum ConformanceCommand {
    private enum Format: String, CaseIterable { case text, markdown, json }

    private static let vectors = Option.text("--vectors", "DIR", "the same as DIR")
    private static let fork = Option<String>.expression("--fork", "of these forks: fulu, electra|fulu, …")
    private static let preset = Option<String>.expression("--preset", "of these presets: minimal, mainnet, general")
    private static let runner = Option<String>.expression("--runner", "of these runners: operations, fork.*, …")
    private static let handler = Option<String>.expression("--handler", "of these handlers: attestation, …")
    private static let caseName = Option<String>.expression(
        "--case",
        "cases in whose name it is found; in whose path, if it contains a /"
    )
    private static let jobs = Option<Int>.integer("--jobs", "N", 1...1_024, "threads; default: one for each core")
    private static let expected = Option.text(
        "--expected",
        "FILE",
        "how many vectors each group holds, and skips; a difference fails"
    )
    private static let strict = Option.flag("--strict", "skipped vectors, and files outside the layout, fail too")
    private static let format = Option<Format>.choice("--format", "of the report; default: text")

    static let command = Command(
        "conformance",
        .any("DIR|PATTERN"),
        """
        carry out reference vectors and say what came of them

        DIR      a tree in the official layout, tests/PRESET/FORK/RUNNER/HANDLER/SUITE/CASE, or any folder of one;
                 default: $MARTLET_VECTORS, or ~/.cache/martlet/vectors
        PATTERN  begins a path, * stands for any one folder: minimal/fulu/operations, minimal/*/sanity;
                 default: $SPEC, or all
        """,
        [
            vectors.declaration, preset.declaration, fork.declaration, runner.declaration, handler.declaration,
            caseName.declaration, jobs.declaration, expected.declaration, strict.declaration, format.declaration,
            SharedOptions.json.declaration,
        ],
        run: run
    )

    private static func run(_ arguments: Arguments, _ terminal: Terminal) async throws -> ExitCode {
        let (tree, patterns) = try places(arguments)
        let filter = try narrowed(patterns.map(VectorFilter.init) ?? .fromEnvironment, arguments)
        let format = arguments[flag: SharedOptions.json] ? .json : arguments[format] ?? .text
        let expected = try arguments[expected].map(expectedCounts)
        guard tree.isPresent else {
            guard tree.isStandard else { throw usage("expected vectors in \(tree.root), got no tests/ and no preset") }
            terminal.error("skipped: conformance: no \(tree.root)/tests; `make vectors` makes them")
            if format == .json { terminal.print(try ConformanceReport().json()) }
            return .good
        }
        let run = ConformanceRun(tree: tree)
        let bar = ProgressBar(terminal, unit: "vectors")
        let jobs = arguments[jobs] ?? ProcessInfo.processInfo.activeProcessorCount
        let report = try await onOwnThread("conformance") {
            try run.run(filter: filter, jobs: jobs) { done, total in bar.show(done, of: total) }
        }
        bar.clear()
        guard report.counts.total > 0 else { throw usage("expected vectors of this choice in \(tree.root), got none") }
        let isStrict = arguments[flag: strict]
        switch format {
        case .text: terminal.print(report.text)
        case .markdown: terminal.print(report.markdown)
        case .json: terminal.print(try report.json(isStrict: isStrict))
        }
        let comparison = expected?.compare(report, of: run, filter: filter)
        for line in comparison?.notCompared ?? [] { terminal.error("skipped: \(line)") }
        for line in comparison?.differences ?? [] { terminal.error("DIFFERS \(line)") }
        return report.isGood(isStrict: isStrict) && comparison?.differences.isEmpty ?? true ? .good : .failed
    }

    /// The tree, and the patterns as one text; an operand that is a folder is the tree.
    private static func places(_ arguments: Arguments) throws(UsageError) -> (VectorTree, String?) {
        var folders = arguments[vectors].map { [$0] } ?? []
        var patterns: [String] = []
        for operand in arguments.operands {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: operand, isDirectory: &isFolder) {
                guard isFolder.boolValue else { throw usage("expected a folder of vectors, got the file \(operand)") }
                folders.append(operand)
            } else if operand.hasPrefix("/") || operand.hasPrefix(".") {
                throw usage("no folder \(operand)")
            } else {
                patterns.append(operand)
            }
        }
        guard folders.count < 2 else { throw usage("expected one folder, got \(folders.joined(separator: ", "))") }
        return (
            folders.first.map(VectorTree.init) ?? .standard, patterns.isEmpty ? nil : patterns.joined(separator: ",")
        )
    }

    private static func narrowed(_ filter: VectorFilter, _ arguments: Arguments) throws(UsageError) -> VectorFilter {
        do {
            return try filter.narrowed(
                preset: arguments[preset] ?? "",
                fork: arguments[fork] ?? "",
                runner: arguments[runner] ?? "",
                handler: arguments[handler] ?? "",
                matching: arguments[caseName] ?? ""
            )
        } catch {
            throw usage("\(error)")
        }
    }

    private static func expectedCounts(_ path: String) throws(UsageError) -> ExpectedCounts {
        do {
            return try ExpectedCounts(parsing: String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw usage("\(path): \(error)")
        }
    }

    private static func usage(_ text: String) -> UsageError { .conflict(text, command: "conformance") }
}

extension Option<String> {
    /// A regular expression.
    static func expression(_ name: String, _ help: String) -> Option {
        Option(name: name, placeholder: "REGEX", help: help) { text throws(BadValue) in
            guard !text.isEmpty, VectorFilter.isExpression(text) else {
                throw BadValue(expected: "a regular expression")
            }
            return text
        }
    }
}
