internal import BlockPipeline
internal import Concurrency
internal import ConsensusTypes
internal import DataAvailability
internal import GossipIngest
internal import Hashing
internal import KZG

/// The sidecars that lie beside recorded blocks: data availability for a replay.
///
/// A recorded stream is all there is, so nobody waits: what it has of a block is judged when the block asks, and a block
/// of which it has nothing is believed, or refused where the policy says so. What is recorded stands for what
/// `is_data_available` retrieves: it must be enough, and every piece of it right. Sidecars are listed by block at first, and
/// read again when they are judged: memory holds those of one block a thread.
final class RecordedSidecars: DataAvailability {
    /// A sidecar that proves nothing.
    struct Rejection: Hashable, Sendable {
        let name: String
        let reason: String
    }

    /// Bytes that a sidecar may have, unpacked.
    private static let maximumBytes = 10_485_760

    private let judge: BlobDataJudge
    private let policy: AvailabilityPolicy
    private let sampling: ColumnSampling
    private let executor: ThreadExecutor
    private let items: [Root: [RecordedStream.Item]]
    private let rejections: Guarded<[Rejection]>

    /// Reads every sidecar once to learn which block it belongs to.
    static func open(
        _ sidecars: [RecordedStream.Item],
        spec: ChainSpec,
        policy: AvailabilityPolicy,
        sampling: ColumnSampling,
        width: Int
    ) async throws -> RecordedSidecars {
        let executor = try ThreadExecutor(name: "sidecars", width: width)
        do {
            let judge = BlobDataJudge(spec: spec, kzg: try KZGSettings.ethereum())
            let (items, unreadable) = try await onThreads(of: executor) { try list(sidecars, spec: spec) }
            return RecordedSidecars(judge, policy, sampling, executor, items, unreadable)
        } catch {
            await executor.shutdown()
            throw error
        }
    }

    private init(
        _ judge: BlobDataJudge,
        _ policy: AvailabilityPolicy,
        _ sampling: ColumnSampling,
        _ executor: ThreadExecutor,
        _ items: [Root: [RecordedStream.Item]],
        _ unreadable: [Rejection]
    ) {
        self.judge = judge
        self.policy = policy
        self.sampling = sampling
        self.executor = executor
        self.items = items
        rejections = Guarded(unreadable)
    }

    /// Sidecars that could not be read or do not belong to their block, by name.
    var rejected: [Rejection] { rejections.withLock { Set($0) }.sorted { ($0.name, $0.reason) < ($1.name, $1.reason) } }

    /// Ends the threads; nobody asks any more.
    func close() async { await executor.shutdown() }

    func settle(_ need: DataRequirement, _ patience: DataPatience) async throws -> DataAnswer {
        let recorded = items[need.blockRoot] ?? []
        if recorded.isEmpty && policy == .assume { return .assumed }
        let (lack, rejected) = try await Self.onThreads(of: executor) { [judge, sampling] in
            try Self.judge(recorded, need, judge, sampling)
        }
        rejections.withLock { $0 += rejected }
        if let first = rejected.first { return .unavailable("\(first.name): \(first.reason)") }
        return lack.map { .unavailable($0) } ?? .available
    }

    private static func list(
        _ sidecars: [RecordedStream.Item],
        spec: ChainSpec
    ) throws -> ([Root: [RecordedStream.Item]], [Rejection]) {
        var items: [Root: [RecordedStream.Item]] = [:]
        var unreadable: [Rejection] = []
        for item in sidecars {
            try Task.checkCancellation()
            do {
                items[try load(item, spec).blockRoot, default: []].append(item)
            } catch let error as SidecarError {
                unreadable.append(Rejection(name: item.name, reason: "\(error)"))
            }
        }
        return (items, unreadable)
    }

    /// What is missing, if anything, and which sidecars did not count.
    private static func judge(
        _ items: [RecordedStream.Item],
        _ need: DataRequirement,
        _ judge: BlobDataJudge,
        _ sampling: ColumnSampling
    ) throws -> (lack: String?, rejected: [Rejection]) {
        var sidecars: [Sidecar] = []
        var names: [String] = []
        for item in items {
            let sidecar = try load(item, judge.spec)
            // Spec: only columns that are sampled are retrieved.
            if case .column(let column) = sidecar, case .columns(let sampled) = sampling,
                !sampled.contains(column.index)
            {
                continue
            }
            sidecars.append(sidecar)
            names.append(item.name)
        }
        let (evidence, rejected) = judge.evidence(of: sidecars, for: need)
        let columns = judge.spec.preset.numberOfColumns
        return (
            evidence.lack(of: need, sampling: sampling, columnCount: columns),
            rejected.map { Rejection(name: names[$0.position], reason: "\($0.error)") }
        )
    }

    private static func load(_ item: RecordedStream.Item, _ spec: ChainSpec) throws -> Sidecar {
        let recorded = try item.load()
        let kind: Sidecar.Kind = recorded.kind == .blobSidecar ? .blob : .column
        let message = SidecarMessage(
            bytes: recorded.bytes,
            encoding: BlockMessage.Encoding(recorded.encoding),
            kind: kind
        )
        return try message.decoded(spec: spec, limit: maximumBytes)
    }

    /// Reading blocks a thread and judging fills one: not one of the pool's.
    private static func onThreads<R: Sendable>(
        of executor: ThreadExecutor,
        _ body: @Sendable @escaping () throws -> R
    ) async throws -> R {
        try await withTaskExecutorPreference(executor) { try await run(body) }
    }

    private static nonisolated func run<R: Sendable>(_ body: @Sendable () throws -> R) async throws -> R { try body() }
}

extension BlockMessage.Encoding {
    init(_ recorded: RecordedMessage.Encoding) {
        switch recorded {
        case .plain: self = .ssz
        case .snappyBlock: self = .snappy
        case .snappyFrames: self = .snappyFrames
        }
    }
}
