/// What came of many vectors.
public struct ConformanceReport: Sendable {
    /// How many vectors of a group came out how, and how long they took together.
    public struct Counts: Equatable, Sendable {
        public var passed = 0
        public var failed = 0
        public var skipped = 0
        public var took: Duration = .zero

        public var total: Int { passed + failed + skipped }

        mutating func add(_ other: Counts) {
            passed += other.passed
            failed += other.failed
            skipped += other.skipped
            took += other.took
        }
    }

    /// One failed vector.
    public struct Failure: Sendable {
        public let vector: VectorCase
        public let reason: String
    }

    public private(set) var groups: [VectorGroup: Counts] = [:]
    public private(set) var failures: [Failure] = []
    /// How many were skipped, by reason.
    public private(set) var skips: [String: Int] = [:]
    /// The vectors that took longest, longest first.
    public private(set) var slowest: [(vector: VectorCase, took: Duration)] = []

    public init() {}

    /// Cases of forks that nobody knows, by folder; they count as skipped.
    public private(set) var unknownForks: [String: Int] = [:]
    /// Files outside the cases, where the layout has folders.
    public private(set) var strayFiles: [String] = []

    /// The sum over all groups, and what stands outside them.
    public var counts: Counts {
        var sum = groups.values.reduce(into: Counts()) { $0.add($1) }
        sum.skipped += unknownForks.values.reduce(0, +)
        return sum
    }

    /// Whether nothing failed; if `isStrict`, also whether nothing was skipped or lay about unread.
    public func isGood(isStrict: Bool = false) -> Bool {
        let counts = counts
        return counts.failed == 0 && (!isStrict || counts.skipped == 0 && strayFiles.isEmpty)
    }

    mutating func note(_ walk: VectorTree.Walk) {
        unknownForks = walk.unknownForks
        strayFiles = walk.strayFiles
        for (folder, count) in walk.unknownForks { skips["no fork of this name: \(folder)", default: 0] += count }
    }

    public mutating func record(_ vector: VectorCase, _ verdict: Verdict, took: Duration) {
        var counts = groups[vector.group] ?? Counts()
        counts.took += took
        switch verdict {
        case .passed:
            counts.passed += 1
        case .failed(let reason):
            counts.failed += 1
            failures.append(.init(vector: vector, reason: reason))
        case .skipped(let reason):
            counts.skipped += 1
            skips[reason, default: 0] += 1
        }
        groups[vector.group] = counts
        keepSlowest([(vector, took)])
    }

    public mutating func merge(_ other: ConformanceReport) {
        for (group, counts) in other.groups { groups[group, default: .init()].add(counts) }
        failures += other.failures
        failures.sort { $0.vector.description < $1.vector.description }
        skips.merge(other.skips, uniquingKeysWith: +)
        keepSlowest(other.slowest)
    }

    private mutating func keepSlowest(_ more: [(vector: VectorCase, took: Duration)]) {
        guard slowest.count < 10 || more.contains(where: { $0.took > slowest[9].took }) else { return }
        slowest = Array((slowest + more).sorted { $0.took > $1.took }.prefix(10))
    }
}
