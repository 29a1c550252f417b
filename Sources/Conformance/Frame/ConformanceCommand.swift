import Foundation

/// `martlet conformance`: carries out reference vectors and says what came of them.
public enum ConformanceCommand {
    public static let usage = """
        usage: martlet conformance [PATTERN…] [--vectors DIR] [--jobs N] [--expected FILE] [--format text|markdown|json]

        PATTERN   begins a path, * stands for any one folder: minimal/fulu/operations, minimal/*/sanity; default: $SPEC, or all
        DIR       holds tests/; default: $MARTLET_VECTORS, or ~/.cache/martlet/vectors
        FILE      how many vectors each group holds; a difference fails
        """

    /// Blocks until all vectors are done; returns the exit status: 0 as expected, 1 not so, 2 could not begin.
    public static func run(_ arguments: [String]) -> Int32 {
        do {
            return try run(try Options(arguments))
        } catch {
            FileHandle.standardError.write(Data("conformance: \(error)\n".utf8))
            return 2
        }
    }

    private static func run(_ options: Options) throws -> Int32 {
        guard options.tree.isPresent else {
            print("skipped: conformance: no \(options.tree.root)/tests")
            return 0
        }
        let expected = try options.expected.map {
            try ExpectedCounts(parsing: String(contentsOfFile: $0, encoding: .utf8))
        }
        let run = ConformanceRun(tree: options.tree)
        let report = try run.run(filter: options.filter, jobs: options.jobs)
        switch options.format {
        case .text: print(report.text)
        case .markdown: print(report.markdown)
        case .json: print(try report.json())
        }
        fflush(nil)  // or what follows on the other stream lands in the middle of the table
        guard report.counts.total > 0 else { throw Mismatch("vectors", expected: "some", got: "none of this name") }
        guard let expected else { return report.counts.failed == 0 ? 0 : 1 }
        let comparison = expected.compare(report, of: run, filter: options.filter)
        for line in comparison.notCompared { FileHandle.standardError.write(Data("skipped: \(line)\n".utf8)) }
        for line in comparison.differences { FileHandle.standardError.write(Data("DIFFERS \(line)\n".utf8)) }
        return report.counts.failed == 0 && comparison.differences.isEmpty ? 0 : 1
    }

    private enum Format: String {
        case text, markdown, json
    }

    private struct Options {
        var tree = VectorTree.standard
        var filter = VectorFilter.fromEnvironment
        var jobs = ProcessInfo.processInfo.activeProcessorCount
        var expected: String?
        var format = Format.text

        init(_ arguments: [String]) throws {
            var patterns: [String] = []
            var rest = arguments[...]
            while let argument = rest.popFirst() {
                guard argument.hasPrefix("-") else {
                    patterns.append(argument)
                    continue
                }
                guard let value = rest.popFirst() else { throw Self.usage(argument, "nothing after it") }
                switch argument {
                case "--vectors": tree = VectorTree(root: value)
                case "--expected": expected = value
                case "--jobs":
                    guard let jobs = Int(value), (1...1_024).contains(jobs) else { throw Self.usage(argument, value) }
                    self.jobs = jobs
                case "--format":
                    guard let format = Format(rawValue: value) else { throw Self.usage(argument, value) }
                    self.format = format
                default: throw Self.usage("an option", argument)
                }
            }
            if !patterns.isEmpty { filter = VectorFilter(patterns.joined(separator: ",")) }
        }

        private static func usage(_ what: String, _ got: String) -> Mismatch {
            Mismatch(what, expected: ConformanceCommand.usage, got: got)
        }
    }
}
