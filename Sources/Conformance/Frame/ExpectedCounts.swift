import ConsensusTypes

/// How many vectors each group holds, and how many of them are skipped knowingly.
///
/// One line a group: preset, fork, runner, handler, cases and, where not 0, skips; a line with `#` is a comment.
/// Committed, so that a vector that vanishes or is skipped anew shows up as a difference.
public struct ExpectedCounts: Sendable {
    /// What one line says.
    public struct Expectation: Equatable, Sendable {
        public let cases: Int
        public let skipped: Int

        public init(cases: Int, skipped: Int) {
            self.cases = cases
            self.skipped = skipped
        }
    }

    public let groups: [VectorGroup: Expectation]

    public init(groups: [VectorGroup: Expectation]) {
        self.groups = groups
    }

    /// Reads the format above.
    public init(parsing text: String) throws(Mismatch) {
        var groups: [VectorGroup: Expectation] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard (5...6).contains(words.count), let fork = ForkName(name: words[1]), let cases = Int(words[4]),
                let skipped = words.count == 6 ? Int(words[5]) : 0, skipped <= cases
            else {
                throw Mismatch(
                    "expected counts, line \(number + 1)",
                    expected: "preset fork runner handler cases [skips]",
                    got: line
                )
            }
            let group = VectorGroup(preset: words[0], fork: fork, runner: words[2], handler: words[3])
            groups[group] = Expectation(cases: cases, skipped: skipped)
        }
        self.groups = groups
    }

    /// Holds a report against the numbers.
    ///
    /// Not compared, and said so: groups without a runner, chosen in part only, or of a fork whose folder is absent.
    public func compare(
        _ report: ConformanceReport,
        of run: ConformanceRun,
        filter: VectorFilter
    ) -> (differences: [String], notCompared: [String]) {
        var differences: [String] = []
        var notCompared: Set<String> = []
        for (group, counts) in report.groups.sorted(by: { $0.key < $1.key }) {
            guard run.hasRunner(for: group) else {
                notCompared.insert("\(group.runner): no runner")
                continue
            }
            guard filter.choosesWholeGroups else {
                notCompared.insert("\(group): \(counts.total) vectors were chosen")
                continue
            }
            guard let expected = groups[group] else {
                differences.append("\(group): expected a line with its count, got none")
                continue
            }
            if counts.total != expected.cases {
                differences.append("\(group): expected \(expected.cases) vectors, got \(counts.total)")
            }
            if counts.skipped != expected.skipped {
                differences.append("\(group): expected \(expected.skipped) skipped, got \(counts.skipped)")
            }
        }
        for (group, expected) in groups.sorted(by: { $0.key < $1.key })
        where report.groups[group] == nil && filter.mayPass(group.path) {
            if run.tree.holds(preset: group.preset, fork: group.fork) {
                differences.append("\(group): expected \(expected.cases) vectors, got no folder")
            } else {
                notCompared.insert("\(group.preset)/\(group.fork.name): no folder")
            }
        }
        return (differences, notCompared.sorted())
    }

    /// The same format, in the order of a report.
    public var text: String {
        groups.sorted { $0.key < $1.key }.map { group, expectation in
            let skips = expectation.skipped == 0 ? "" : " \(expectation.skipped)"
            return "\(group.preset) \(group.fork.name) \(group.runner) \(group.handler) \(expectation.cases)\(skips)\n"
        }.joined()
    }
}
