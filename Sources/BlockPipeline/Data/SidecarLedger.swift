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
/// Only the fact is kept, not the data: this node serves nobody. A block that waits is woken by each sidecar of it and
/// looks again (`Bells`).
public final class SidecarLedger: DataAvailability {
    private struct State {
        var evidence: [Root: DataEvidence] = [:]
        /// Roots in the order in which they became known; the oldest at `oldest` once it is full.
        var order: [Root] = []
        var oldest = 0
    }

    public let judge: BlobDataJudge
    private let policy: AvailabilityPolicy
    private let sampling: ColumnSampling
    private let limits: DataLimits
    private let clock: any WallClock
    private let bells: Bells
    private let state = Guarded(State())

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
    }

    /// Blocks that wait for data now.
    public var waiting: Int { bells.count }

    /// Blocks of which something is proven.
    public var blocks: Int { state.withLock { $0.evidence.count } }

    public func has(_ sidecar: Sidecar, of root: Root) -> Bool {
        state.withLock { $0.evidence[root]?.has(sidecar) ?? false }
    }

    /// Takes in a sidecar that was proven, and wakes the blocks that wait for it.
    public func add(_ sidecar: Sidecar, of root: Root) {
        state.withLock { state in
            if state.evidence[root] == nil {
                if state.order.count < max(1, limits.blocks) {
                    state.order.append(root)
                } else {
                    state.evidence[state.order[state.oldest]] = nil
                    state.order[state.oldest] = root
                    state.oldest = (state.oldest + 1) % state.order.count
                }
            }
            state.evidence[root, default: DataEvidence()].add(sidecar)
        }
        bells.ring(root)
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
        let evidence = state.withLock { $0.evidence[need.blockRoot] }
        let columns = judge.spec.preset.numberOfColumns
        let known = evidence ?? DataEvidence()
        guard let lack = known.lack(of: need, sampling: sampling, columnCount: columns) else {
            return (.available, true)
        }
        return (.late(lack), evidence != nil)
    }
}
