import Foundation
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
    public func judge(_ vector: VectorCase) -> Verdict { judge(vector, expectsManifests: true) }

    private func judge(_ vector: VectorCase, expectsManifests: Bool) -> Verdict {
        guard let runner = runners[vector.runner] else { return .skipped("no runner for \(vector.runner)") }
        return runner.judge(vector, expectsManifests: expectsManifests)
    }

    /// The vectors of one group, one after the other on this thread.
    public func run(_ group: VectorGroup, filter: VectorFilter = .everything) throws -> ConformanceReport {
        var report = ConformanceReport()
        for vector in try tree.cases(of: group, filter) { record(vector, in: &report, expectsManifests: true) }
        return report
    }

    /// All vectors that `filter` lets through, on `jobs` threads of their own.
    ///
    /// Forks that nobody knows are skipped by name. Releases before manifests have none at all, and are taken as they
    /// are: only where some case has one is a case without half-written.
    ///
    /// Blocks until all are done: to be called from a thread of one's own.
    ///
    /// - Parameters:
    ///   - progress: called after each vector with those done and those there are, from several threads.
    public func run(
        filter: VectorFilter = .everything,
        jobs: Int,
        progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws -> ConformanceReport {
        let walk = try tree.walk(filter)
        let all = try walk.groups.flatMap { try tree.cases(of: $0, filter) }
        let expectsManifests = all.contains { vector in
            runners[vector.runner]?.needsManifest == true
                && FileManager.default.fileExists(atPath: "\(vector.path)/manifest.yaml")
        }
        let work = Work(count: all.count)
        let ended = DispatchSemaphore(value: 0)
        let threads = max(1, min(jobs, all.count))
        for number in 0..<threads {
            let thread = Thread {
                var report = ConformanceReport()
                while let index = work.next() {
                    record(all[index], in: &report, expectsManifests: expectsManifests)
                    progress(work.finish(), all.count)
                }
                work.report.withLock { $0.merge(report) }
                ended.signal()
            }
            thread.name = "vectors-\(number)"
            thread.stackSize = 8 << 20
            thread.start()
        }
        for _ in 0..<threads { ended.wait() }
        var report = work.report.withLock { $0 }
        report.note(walk)
        return report
    }

    /// What the threads of a run share.
    private final class Work: Sendable {
        let report = Guarded(ConformanceReport())
        private let count: Int
        private let taken = Atomic(0)
        private let done = Atomic(0)

        init(count: Int) { self.count = count }

        func next() -> Int? {
            let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            return index < count ? index : nil
        }

        func finish() -> Int { done.wrappingAdd(1, ordering: .relaxed).newValue }
    }

    private func record(_ vector: VectorCase, in report: inout ConformanceReport, expectsManifests: Bool) {
        let clock = ContinuousClock()
        let start = clock.now
        let verdict = judge(vector, expectsManifests: expectsManifests)
        report.record(vector, verdict, took: clock.now - start)
    }
}
