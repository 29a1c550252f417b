public import BlockPipeline
internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import ForkTree
internal import Foundation
internal import GossipIngest
internal import Hashing
internal import SSZ
internal import Snappy
internal import StateTransition

/// Carries recorded blocks through the pipeline that the daemon uses, and says what came of each.
public enum Replay {
    /// Bytes that a state may have.
    private static let stateBytes = 1 << 31

    /// Replays streams.
    ///
    /// - Parameters:
    ///   - progress: called after each block with the blocks done and those there are.
    ///   - inspect: called with the chain before it is closed, for whoever wants to look at more than the report.
    public static func run(
        _ options: ReplayOptions,
        progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in },
        inspect: @Sendable (Chain) async throws -> Void = { _ in }
    ) async throws -> ReplayReport {
        var stream = try RecordedStream(options.streams)
        let spec = try options.settings.spec(fallback: stream.configPath)
        guard let recorded = stream.state else { throw ReplayError.noState(options.streams) }
        try stream.arrange(options.order, seed: options.seed)
        let directory = try DataDirectory(options.dataDirectory)
        do {
            let report = try await run(options, stream, recorded, spec, in: directory, progress, inspect)
            await directory.removeIfTemporary(width: options.width)
            return report
        } catch {
            await directory.removeIfTemporary(width: options.width)
            throw error
        }
    }

    private static func run(
        _ options: ReplayOptions,
        _ stream: RecordedStream,
        _ state: RecordedMessage,
        _ spec: ChainSpec,
        in directory: DataDirectory,
        _ progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void,
        _ inspect: @Sendable (Chain) async throws -> Void
    ) async throws -> ReplayReport {
        let ssz = try state.ssz(maximum: stateBytes)
        // To make a store is to wait for the disk, as long as decoding a state takes.
        async let early = newStore(directory, for: ssz, spec, options)
        let anchor: Anchor
        let sidecars: RecordedSidecars
        do {
            anchor = try Anchor(ssz: ssz, spec: spec)
            if let block = stream.anchorBlock { try check(block, against: anchor, spec: spec) }
            sidecars = try await RecordedSidecars.open(
                stream.sidecars,
                spec: spec,
                policy: options.availability,
                sampling: options.sampling,
                width: options.width
            )
        } catch {
            if let store = try? await early { try? await store.close() }
            throw error
        }
        do {
            let store: ChainStore
            if let made = try await early {
                store = made
            } else {
                let identity = Chain.identity(spec, genesisValidatorsRoot: anchor.state.genesisValidatorsRoot)
                store = try await open(directory, identity, options)
            }
            let chainOptions = chainOptions(options, sidecars, messages: stream.items.count)
            // What a data directory holds is carried in again before the stream is.
            let chain = try await guarded(options, chainOptions) {
                try await open(store, anchor, spec, chainOptions)
            }
            do {
                var report = try await guarded(options, chainOptions) {
                    try await deliver(stream, to: chain, anchor: anchor, options: options, progress: progress)
                }
                report.memory = ReplayReport.Memory(chain)
                report.rejectedSidecars = sidecars.rejected.map { .init(name: $0.name, reason: $0.reason) }
                report.sidecars = stream.sidecars.count
                try await inspect(chain)
                try await chain.close()
                await sidecars.close()
                return report
            } catch {
                try? await chain.close()
                throw error
            }
        } catch {
            await sidecars.close()
            throw error
        }
    }

    /// A store that goes with the replay; `nil` where it stays: that is made when the anchor is known to be sound.
    private static func newStore(
        _ directory: DataDirectory,
        for state: [UInt8],
        _ spec: ChainSpec,
        _ options: ReplayOptions
    ) async throws -> ChainStore? {
        // The root of the first validators stands behind the time of genesis.
        guard directory.isTemporary, state.count >= 40, let validators = Root(state[8..<40]) else { return nil }
        return try await open(directory, Chain.identity(spec, genesisValidatorsRoot: validators), options)
    }

    private static func open(
        _ directory: DataDirectory,
        _ identity: NetworkIdentity,
        _ options: ReplayOptions
    ) async throws -> ChainStore {
        try await ChainStore.open(
            directory: directory.path,
            mode: .create(identity),
            configuration: options.memoryLimit?.store ?? Self.store
        )
    }

    /// Keeps the process below its memory limit, if there is one, while `body` runs.
    private static func guarded<R: Sendable>(
        _ options: ReplayOptions,
        _ chain: ChainOptions,
        _ body: @Sendable () async throws -> R
    ) async throws -> R {
        try await MemoryGuard.watching(
            options.memoryLimit,
            chain.cache,
            clock: SystemClock(),
            log: options.log,
            release: options.releaseMemory,
            body
        )
    }

    /// The anchor block may be recorded with or without its signature; its root tells that it is the one.
    private static func check(_ block: RecordedMessage, against anchor: Anchor, spec: ChainSpec) throws {
        let ssz = try block.ssz(maximum: 10_485_760)
        let context = spec.context(anchor.state.forkName)
        let root: Root
        if let signed = try? SignedBeaconBlock.decode(ssz, in: context) {
            root = signed.message.hashTreeRoot(in: context)
        } else {
            root = try BeaconBlock.decode(ssz, in: context).hashTreeRoot(in: context)
        }
        guard root == anchor.blockRoot else { throw AnchorError.block(expected: anchor.blockRoot, got: root) }
    }

    private static func open(
        _ store: ChainStore,
        _ anchor: Anchor,
        _ spec: ChainSpec,
        _ chainOptions: ChainOptions
    ) async throws -> Chain {
        do {
            return try await Chain.open(store: store, spec: spec, anchor: anchor, options: chainOptions)
        } catch {
            try? await store.close()
            throw error
        }
    }

    private static func chainOptions(
        _ options: ReplayOptions,
        _ sidecars: RecordedSidecars,
        messages: Int
    ) -> ChainOptions {
        var chainOptions = ChainOptions()
        chainOptions.time = .followBlocks
        chainOptions.assumed = options.assumed
        chainOptions.durability = .written
        // A store that goes with the replay is begun from by nobody: its states only bound how far one is rebuilt.
        chainOptions.history = options.history
        if options.dataDirectory == nil { chainOptions.history.stateEpochs = 64 }
        chainOptions.data = sidecars
        chainOptions.width = options.width
        chainOptions.evidence = options.evidence
        options.memoryLimit?.apply(to: &chainOptions)
        // A stream is read from disk and ends: whatever it holds may wait for as long as it takes.
        chainOptions.tree.waiting = max(chainOptions.tree.waiting, messages + 1)
        chainOptions.tree.waitingBytes = 1 << 40
        chainOptions.tree.waitingAge = 1 << 40
        chainOptions.tree.fetchRequests = max(chainOptions.tree.fetchRequests, messages + 1)
        chainOptions.payloads.waitMs = .max
        chainOptions.payloads.blocks = messages + 1
        chainOptions.payloads.envelopes = messages + 1
        chainOptions.payloads.bytes = 1 << 40
        return chainOptions
    }

    /// A store that is filled without a pause and hardly read.
    ///
    /// Its cache of values would fill with blocks that nobody asks for.
    private static var store: StoreConfiguration {
        var store = StoreConfiguration()
        store.cacheBytes = 8 << 20
        return store
    }

    private static func deliver(
        _ stream: RecordedStream,
        to chain: Chain,
        anchor: Anchor,
        options: ReplayOptions,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> ReplayReport {
        var limits = IngestLimits()
        // As many as keep the threads at work: whatever is decoded long before its turn takes memory meanwhile.
        limits.inFlight = 16 + 16 * options.width
        let ingest = GossipIngest(chain: chain, limits: limits)
        let tally = ReplayTally(total: stream.items.count, listing: options.listing, progress: progress)
        let quiet = Quiescence(chain: chain)
        let queue = BoundedQueue<ReplayMessage>(capacity: 64, overflow: .suspend)
        let reader = try ThreadExecutor(name: "stream-reader", width: 1)
        let started = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            group.addTask(executorPreference: reader) {
                // Finishing the queue is what ends the group: also when a file cannot be read.
                defer { queue.finish() }
                for (index, item) in stream.items.enumerated() {
                    guard case .enqueued = try await queue.send(ReplayMessage(try item.load(), index, item))
                    else { return }
                }
            }
            group.addTask {
                // Blocks whose ancestors never come would wait for ever: once nothing else moves, they are let go.
                _ = await quiet.untilQuiet()
                await tally.missing(chain.tree.snapshot(isWhole: false), payloads: chain.payloads.waitingBlocks)
                chain.tree.close()
                chain.payloads.close()
            }
            group.addTask {
                let counted = CountedSource(queue: queue, quiet: quiet)
                try await ingest.run(counted, observer: quiet) { label, outcome in
                    await tally.add(label, outcome)
                    quiet.leave()
                }
            }
            do {
                while try await group.next() != nil {}
            } catch {
                // Wakes the task that waits for quiet, and the source if it is suspended.
                queue.finish()
                quiet.giveUp()
                group.cancelAll()
                throw error
            }
        }
        let seconds = Double((ContinuousClock.now - started).nanosecondsValue) / 1e9
        await reader.shutdown()
        return try await tally.report(chain: chain, anchor: anchor, options: options, seconds: seconds)
    }
}

/// Why a replay could not begin.
public enum ReplayError: Error, Sendable, CustomStringConvertible {
    case noState([String])

    public var description: String {
        switch self {
        case .noState(let paths):
            "no state to begin with in \(paths.joined(separator: ", ")): expected pre.ssz_snappy, genesis.ssz_snappy, "
                + "anchor_state.ssz_snappy or a state entry before the first block"
        }
    }
}

/// A block or envelope of a stream on its way through the ingest.
struct ReplayMessage: IngestedMessage {
    /// What the report calls it.
    struct Label {
        let index: Int
        let item: RecordedStream.Item
    }

    let content: IngestedContent
    let label: Label

    init(_ recorded: RecordedMessage, _ index: Int, _ item: RecordedStream.Item) {
        let encoding = BlockMessage.Encoding(recorded.encoding)
        content =
            recorded.kind == .payloadEnvelope
            ? .envelope(PayloadMessage(bytes: recorded.bytes, encoding: encoding))
            : .block(
                BlockMessage(
                    bytes: recorded.bytes,
                    encoding: encoding,
                    origin: .stream,
                    receivedAt: UInt64(Date().timeIntervalSince1970 * 1000)
                )
            )
        label = Label(index: index, item: item)
    }
}

/// Where the store is, and whether it goes when the replay is over.
private struct DataDirectory {
    let path: String
    let isTemporary: Bool

    init(_ path: String?) throws {
        if let path {
            self.path = path
            isTemporary = false
            return
        }
        self.path = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)").path
        isTemporary = true
    }

    /// Files are cut up among threads: to let go of what the system holds of them takes as long as writing them.
    func removeIfTemporary(width: Int) async {
        guard isTemporary else { return }
        // Those of a folder before the folder.
        let files = ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).reversed()
        if let executor = try? ThreadExecutor(name: "clean-up", width: width) {
            await withTaskGroup { group in
                for file in files {
                    group.addTask(executorPreference: executor) { [path] in
                        _ = try? FileManager.default.removeItem(atPath: "\(path)/\(file)")
                    }
                }
            }
            await executor.shutdown()
        }
        try? FileManager.default.removeItem(atPath: path)
    }
}

extension Duration {
    var nanosecondsValue: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
