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
/// looks again; a bell is registered before the first look, so none is missed. Nothing polls.
public final class SidecarLedger: DataAvailability {
    private struct State {
        var evidence: [Root: DataEvidence] = [:]
        /// Roots in the order in which they became known; the oldest at `oldest` once it is full.
        var order: [Root] = []
        var oldest = 0
        var bells: [Root: [UInt64: BoundedQueue<Void>]] = [:]
        var waiting = 0
        var lastID: UInt64 = 0
    }

    public let judge: BlobDataJudge
    private let policy: AvailabilityPolicy
    private let sampling: ColumnSampling
    private let limits: DataLimits
    private let clock: any WallClock
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
    }

    /// Blocks that wait for data now.
    public var waiting: Int { state.withLock { $0.waiting } }

    /// Blocks of which something is proven.
    public var blocks: Int { state.withLock { $0.evidence.count } }

    public func has(_ sidecar: Sidecar, of root: Root) -> Bool {
        state.withLock { $0.evidence[root]?.has(sidecar) ?? false }
    }

    /// Takes in a sidecar that was proven, and wakes the blocks that wait for it.
    public func add(_ sidecar: Sidecar, of root: Root) {
        let bells = state.withLock { state -> [BoundedQueue<Void>] in
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
            return state.bells[root].map { Array($0.values) } ?? []
        }
        for bell in bells { bell.trySend(()) }
    }

    public func settle(_ need: DataRequirement, _ patience: DataPatience) async throws -> DataAnswer {
        let (answer, isKnown) = look(need)
        if answer == .available { return answer }
        if policy == .assume && !isKnown { return .assumed }
        if patience == .answerNow { return answer }
        let bell = BoundedQueue<Void>(capacity: 1, overflow: .rejectNewest)
        guard let id = register(bell, need.blockRoot) else {
            return .late("blocks waiting for data: expected at most \(limits.waiting)")
        }
        defer { unregister(id, need.blockRoot) }
        let (end, overflow) = clock.now.addingReportingOverflow(limits.waitMs)
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { [self] in
                while look(need).answer != .available { _ = try await bell.receive() }
                return true
            }
            group.addTask { [clock] in
                try await clock.sleep(until: overflow ? .max : end)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() == true ? .available : look(need).answer
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

    private func register(_ bell: BoundedQueue<Void>, _ root: Root) -> UInt64? {
        state.withLock { state in
            guard state.waiting < limits.waiting else { return nil }
            state.waiting += 1
            state.lastID += 1
            state.bells[root, default: [:]][state.lastID] = bell
            return state.lastID
        }
    }

    private func unregister(_ id: UInt64, _ root: Root) {
        state.withLock { state in
            state.waiting -= 1
            state.bells[root]?[id] = nil
            if state.bells[root]?.isEmpty == true { state.bells[root] = nil }
        }
    }
}
