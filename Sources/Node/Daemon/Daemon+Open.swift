internal import BlockPipeline
internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import DataAvailability
internal import Foundation
internal import GossipIngest
internal import KZG
internal import SSZ
internal import Snappy
internal import StateTransition

extension Daemon {
    /// Bytes that a state may have, unpacked.
    private static let stateBytes = 1 << 31
    private static let blockBytes = 10_485_760

    /// Opens the chain in the data directory, or begins one there at the anchor.
    ///
    /// A chain that is there goes on with its own configuration unless another is named, which must be the same.
    func openChain() async throws -> (chain: Chain, ledger: SidecarLedger) {
        let directory = options.dataDirectory
        do {
            let store = try await ChainStore.open(
                directory: directory,
                mode: .existing(nil),
                configuration: storeConfiguration
            )
            if try await store.anchor() != nil { return try await resume(store) }
            // Made, and killed before the anchor was written: begun anew.
            try await store.close()
        } catch StoreError.noStore {}
        guard let path = options.anchorState else { throw DaemonError.anchorNeeded(directory: directory) }
        let sibling = URL(fileURLWithPath: path).deletingLastPathComponent().appending(path: "config.yaml").path
        let fallback = FileManager.default.fileExists(atPath: sibling) ? sibling : nil
        let spec = try options.settings.spec(fallback: fallback)
        let anchor = try await onOwnThread { try Anchor(ssz: load(path, maximum: Self.stateBytes), spec: spec) }
        if let path = options.anchorBlock {
            try check(block: try await onOwnThread { try load(path, maximum: Self.blockBytes) }, anchor, spec, path)
        }
        let identity = Chain.identity(spec, genesisValidatorsRoot: anchor.state.genesisValidatorsRoot)
        let store = try await ChainStore.open(
            directory: directory,
            mode: .create(identity),
            configuration: storeConfiguration
        )
        options.log.info("begin", [("anchor", anchor.blockRoot), ("slot", anchor.state.slot)])
        return try await open(store, spec, anchor)
    }

    private var storeConfiguration: StoreConfiguration { options.memoryLimit?.store ?? StoreConfiguration() }

    private func resume(_ store: ChainStore) async throws -> (chain: Chain, ledger: SidecarLedger) {
        do {
            let stored = try await StoredChain.spec(of: store)
            let settings = options.settings
            if settings.network != nil || settings.configPath != nil || settings.preset != nil {
                let named = try settings.spec()
                let expected = Chain.identity(named, genesisValidatorsRoot: store.identity.genesisValidatorsRoot)
                guard expected == store.identity else {
                    throw StoreError.networkMismatch(
                        directory: options.dataDirectory,
                        expected: expected,
                        got: store.identity
                    )
                }
            }
            return try await open(store, stored, nil)
        } catch {
            try? await store.close()
            throw error
        }
    }

    private func open(
        _ store: ChainStore,
        _ spec: ChainSpec,
        _ anchor: Anchor?
    ) async throws -> (chain: Chain, ledger: SidecarLedger) {
        let ledger = SidecarLedger(
            judge: BlobDataJudge(spec: spec, kzg: try KZGSettings.ethereum()),
            policy: options.availability,
            sampling: options.sampling,
            limits: options.dataLimits,
            clock: options.clock
        )
        var chainOptions = ChainOptions()
        chainOptions.clock = options.clock
        chainOptions.assumed = options.assumed
        chainOptions.width = options.width
        chainOptions.evidence = options.evidence
        chainOptions.history = options.history
        chainOptions.data = ledger
        options.memoryLimit?.apply(to: &chainOptions)
        do {
            try await ledger.restore(from: store)
            // All that is not final is carried in again before anybody can ask: that may be very much.
            let chain = try await MemoryGuard.watching(
                options.memoryLimit,
                chainOptions.cache,
                clock: options.clock,
                log: options.log,
                release: options.releaseMemory
            ) { [chainOptions] in
                try await Chain.open(store: store, spec: spec, anchor: anchor, options: chainOptions)
            }
            return (chain, ledger)
        } catch {
            try? await store.close()
            throw error
        }
    }

    /// The file's bytes, unpacked where its name says that they are packed.
    private func load(_ path: String, maximum: Int) throws -> [UInt8] {
        do {
            let bytes = try ByteFile.contents(of: path, maximum: maximum)
            return path.hasSuffix("_snappy") ? try Snappy.uncompress(bytes, maximum: maximum) : bytes
        } catch {
            throw DaemonError.unreadable(path: path, problem: "\(error)")
        }
    }

    /// The anchor's block may come signed or not; its root tells that it is the one.
    private func check(block ssz: [UInt8], _ anchor: Anchor, _ spec: ChainSpec, _ path: String) throws {
        let context = spec.context(anchor.state.forkName)
        do {
            let block =
                if let signed = try? SignedBeaconBlock.decode(ssz, in: context) {
                    signed.message
                } else {
                    try BeaconBlock.decode(ssz, in: context)
                }
            let root = block.hashTreeRoot(in: context)
            guard root == anchor.blockRoot else { throw AnchorError.block(expected: anchor.blockRoot, got: root) }
        } catch let error as SSZError {
            throw DaemonError.unreadable(path: path, problem: "\(error)")
        }
    }

    /// Reading and decoding a state block a thread for seconds: not one of the pool's.
    private func onOwnThread<R: Sendable>(_ body: @Sendable @escaping () throws -> R) async throws -> R {
        try await ThreadExecutor.once("anchor") { try await run(body) }
    }

    private nonisolated func run<R: Sendable>(_ body: @Sendable () throws -> R) async throws -> R { try body() }
}
