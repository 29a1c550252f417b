import Conformance
import ConsensusTypes
import Foundation
import Testing

/// The reference vectors, one test case a group; looped over inside, as the test library is quadratic in its cases.
///
/// Folder: `MARTLET_VECTORS`, else `~/.cache/martlet/vectors`. Choice: `SPEC=minimal/fulu/operations`. In debug builds only
/// what `SPEC` asks for.
@Suite struct ConformanceVectors {
    static let filter = VectorFilter.fromEnvironment

    #if DEBUG
    static let isDebug = true
    #else
    static let isDebug = false
    #endif

    /// Why nothing is run here; `nil` where something is.
    static let absence: String? = {
        let tree = VectorTree.standard
        if !tree.isPresent { return "no \(tree.root)/tests; make vectors makes them" }
        if isDebug && filter.isEverything {
            return "ConformanceVectors: debug build; make vectors runs them in release, SPEC=… chooses some"
        }
        let groups = try? tree.groups(filter)
        return groups?.isEmpty == true ? "ConformanceVectors: SPEC names nothing in \(tree.root)/tests" : nil
    }()

    static func groups() throws -> [VectorGroup] { absence == nil ? try VectorTree.standard.groups(filter) : [] }

    static func expectedCounts() throws -> ExpectedCounts {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "expected-counts.txt")
        return try ExpectedCounts(parsing: String(contentsOf: file, encoding: .utf8))
    }

    @Test(.enabled(if: absence == nil, "\(absence ?? "")"), arguments: try groups())
    func vectors(of group: VectorGroup) throws {
        let run = ConformanceRun(tree: .standard)
        guard run.hasRunner(for: group) else {
            print("skipped: \(group): no runner for \(group.runner)")
            return
        }
        let report = try run.run(group, filter: Self.filter)
        for failure in report.failures { Issue.record("\(failure.vector): \(failure.reason)") }
        for (reason, count) in report.skips.sorted(by: { $0.key < $1.key }) {
            print("skipped: \(group): \(count) vectors: \(reason)")
        }
        let expected = try ExpectedCounts(groups: Self.expectedCounts().groups.filter { $0.key == group })
        let comparison = expected.compare(report, of: run, filter: Self.filter)
        for difference in comparison.differences { Issue.record("\(difference)") }
        for line in comparison.notCompared { print("skipped: \(line)") }
    }

    /// A group that vanished from the folder would be missed by the test above.
    @Test func noGroupIsMissing() throws {
        let tree = VectorTree.standard
        guard tree.isPresent else {
            print("skipped: ConformanceVectors.noGroupIsMissing: no \(tree.root)/tests")
            return
        }
        let present = Set(try tree.groups())
        var absent: Set<String> = []
        for (group, expected) in try Self.expectedCounts().groups {
            guard tree.holds(preset: group.preset, fork: group.fork) else {
                absent.insert("\(group.preset)/\(group.fork.name)")
                continue
            }
            #expect(present.contains(group), "\(group): expected \(expected.cases) vectors, got no folder")
        }
        for folder in absent.sorted() { print("skipped: ConformanceVectors.noGroupIsMissing: no folder \(folder)") }
    }
}
