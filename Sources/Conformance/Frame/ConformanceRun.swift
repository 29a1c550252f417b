import Dispatch
import Locking
import Synchronization

/// Carries out vectors and counts what came of them.
public struct ConformanceRun: Sendable {
    let tree: VectorTree
    private let runners: [String: VectorRunner]

    public init(tree: VectorTree, runners: [VectorRunner] = .registered) {
        self.tree = tree
        self.runners = .init(runners.map { ($0.name, $0) }) { _, last in last }
    }

    /// Whether vectors of this kind are carried out; without, they are skipped by name.
    public func hasRunner(for group: VectorGroup) -> Bool { runners[group.runner] != nil }

    /// One vector.
    public func judge(_ vector: VectorCase) -> Verdict {
        guard let runner = runners[vector.runner] else { return .skipped("no runner for \(vector.runner)") }
        return runner.judge(vector)
    }

    /// The vectors of one group, one after the other on this thread.
    public func run(_ group: VectorGroup, filter: VectorFilter = .everything) throws -> ConformanceReport {
        var report = ConformanceReport()
        for vector in try tree.cases(of: group, filter) { record(vector, in: &report) }
        return report
    }

    /// All vectors that `filter` lets through, on up to `jobs` threads.
    ///
    /// Blocks until all are done: to be called from a thread of one's own, or from a program that does nothing else.
    public func run(filter: VectorFilter = .everything, jobs: Int) throws -> ConformanceReport {
        var cases: [VectorCase] = []
        for group in try tree.groups(filter) { cases += try tree.cases(of: group, filter) }
        let all = cases
        let next = Atomic(0)
        let total = Guarded(ConformanceReport())
        DispatchQueue.concurrentPerform(iterations: max(1, jobs)) { _ in
            var report = ConformanceReport()
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < all.count else { break }
                record(all[index], in: &report)
            }
            total.withLock { $0.merge(report) }
        }
        return total.withLock { $0 }
    }

    private func record(_ vector: VectorCase, in report: inout ConformanceReport) {
        let clock = ContinuousClock()
        let start = clock.now
        let verdict = judge(vector)
        report.record(vector, verdict, took: clock.now - start)
    }
}
