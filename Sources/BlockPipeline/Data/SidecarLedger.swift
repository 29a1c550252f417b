public import Concurrency
public import ConsensusTypes
public import DataAvailability
public import Hashing

/// Bounds on waiting for blob data.
public struct DataLimits: Hashable, Sendable {
    /// Milliseconds that a block waits for its data.
    public var waitMs: UInt64 = 12_000
    /// Blocks of which it is remembered what is proven.
    ///
    /// Overflow: the longest known is forgotten; its sidecars have to come again.
    public var blocks = 1_024
    /// Blocks that wait for data.
    ///
    /// Overflow: the newcomer is late.
    public var waiting = 1_024

    public init() {}
}

/// Which sidecars came and were proven, and who waits for more: data availability for a node that is sent sidecars.
///
/// Only the fact is kept, not the data: this node serves nobody. It is kept in the store as well (`SidecarRecord`), since
/// nobody sends a sidecar twice. A block that waits is woken by each sidecar of it and looks again (`Bells`).
public final class SidecarLedger: DataAvailability {
    private struct Known {
        /// How many blocks became known before.
        let number: UInt64
        var evidence = DataEvidence()
    }

    private struct State {
        var blocks: BoundedMap<Root, Known>
        var next: UInt64 = 0

        mutating func change(_ root: Root, _ change: (inout DataEvidence) -> Void) {
            let isNew = !blocks.contains(root)
            blocks.update(root, from: Known(number: next)) { change(&$0.evidence) }
            if isNew { next += 1 }
        }
    }

    public let judge: BlobDataJudge
    private let policy: AvailabilityPolicy
    private let sampling: ColumnSampling
    private let limits: DataLimits
    private let clock: any WallClock
    private let bells: Bells
    private let state: Guarded<State>

    public init(
        judge: BlobDataJudge,
        policy: AvailabilityPolicy,
        sampling: ColumnSampling = .recoverable,
        limits: DataLimits = DataLimits(),
        clock: any WallClock = SystemClock()
    ) {
        self.judge = judge
        self.policy = policy
        self.sampling = sampling
        self.limits = limits
        self.clock = clock
        bells = Bells(waiting: limits.waiting, bytes: .max)
        state = Guarded(State(blocks: BoundedMap(capacity: limits.blocks)))
    }

    /// Blocks that wait for data now.
    public var waiting: Int { bells.count }

    /// Blocks of which something is proven.
    public var blocks: Int { state.withLock { $0.blocks.count } }

    public func has(_ sidecar: Sidecar, of root: Root) -> Bool {
        state.withLock { $0.blocks[root]?.evidence.has(sidecar) ?? false }
    }

    /// Takes in a sidecar that was proven, and wakes the blocks that wait for it.
    public func add(_ sidecar: Sidecar, of root: Root) {
        state.withLock { $0.change(root) { $0.add(sidecar) } }
        bells.ring(root)
    }

    /// What the store is to keep of a block; `nil` where nothing is known of it.
    func record(of root: Root) -> SidecarRecord? {
        state.withLock { state in
            state.blocks[root].map { SidecarRecord(number: $0.number, root: root, evidence: $0.evidence) }
        }
    }

    /// How many places the store has for records: a block that becomes known takes that of the one forgotten for it.
    var places: Int { max(1, limits.blocks) }

    /// Takes in what an earlier run has proven, oldest first.
    func restore(_ records: [SidecarRecord]) {
        state.withLock { state in
            for record in records.sorted(by: { $0.number < $1.number }) {
                state.next = max(state.next, record.number)
                state.change(record.root) { $0.merge(record.evidence) }
            }
        }
    }

    public func settle(_ need: DataRequirement, _ patience: DataPatience) async throws -> DataAnswer {
        let (answer, isKnown) = look(need)
        if answer == .available { return answer }
        if policy == .assume && !isKnown { return .assumed }
        if patience == .answerNow { return answer }
        let (end, overflow) = clock.now.addingReportingOverflow(limits.waitMs)
        let outcome = try await bells.wait(
            Bells.Sleeper(root: need.blockRoot, awaited: need.blockRoot),
            bytes: 0,
            until: overflow ? .max : end,
            clock: clock,
            observer: NoObserver()
        ) { [self] in look(need).answer == .available ? true : nil }
        switch outcome {
        case .known: return .available
        case .late, .closed: return look(need).answer
        case .crowded: return .late("blocks waiting for data: expected at most \(limits.waiting)")
        }
    }

    /// How it stands: available or late, and whether any sidecar of the block came.
    private func look(_ need: DataRequirement) -> (answer: DataAnswer, isKnown: Bool) {
        let evidence = state.withLock { $0.blocks[need.blockRoot]?.evidence }
        let columns = judge.spec.preset.numberOfColumns
        let known = evidence ?? DataEvidence()
        guard let lack = known.lack(of: need, sampling: sampling, columnCount: columns) else {
            return (.available, true)
        }
        return (.late(lack), evidence != nil)
    }
}
