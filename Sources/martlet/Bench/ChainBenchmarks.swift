import BlockPipeline
import Concurrency
import ConsensusTypes
import Foundation
import GossipIngest
import Hashing
import Node
import SSZ
import Simulation
import StateTransition

/// States and blocks of a chain, recorded or simulated.
struct ChainBenchmarks: Sendable {
    /// Blocks carried through in a sample of the figures of one block, at most.
    static let blocks = 16
    /// Blocks of the run over two boundaries.
    static let runLength = 34
    /// As many as reach the second boundary where every slot of the mainnet preset has a block.
    static let chainLength = 64
    /// Blocks of a simulated chain for the figures of a replay, where making them takes no more than a minute.
    static let streamLength = 512
    static let streamValidators = 65_536
    private static let stateBytes = 1 << 31
    private static let blockBytes = 10_485_760

    static let names =
        [
            "state.decode", "state.root.cold", "state.root.after_block", "state.copy.ms", "state.copy.bytes",
            "block.no_signatures", "block.signatures", "epoch.boundary", "epoch.boundary.slots", "epoch.boundary.block",
            "run34.no_signatures", "run34.all", "replay.blocks_per_second", "replay.none.blocks_per_second",
        ] + storeNames

    /// A stream directory with the chain.
    let path: String
    let settings: NetworkSettings
    let spec: ChainSpec
    let fork: ForkName
    let ssz: [UInt8]
    let state: BeaconState
    /// Each builds on the one before.
    let chain: [SignedBeaconBlock]
    /// The keys of the registry, all decompressed.
    let pubkeys: PubkeyCache

    /// Takes the chain from a stream directory.
    init(path: String, settings: NetworkSettings) throws {
        self.path = path
        self.settings = settings
        let directory = try StreamDirectory(path: path)
        spec = try settings.spec(fallback: directory.configPath)
        ssz = try directory.state().ssz(maximum: Self.stateBytes)
        let anchor = try Anchor(ssz: ssz, spec: spec)
        state = anchor.state
        fork = anchor.state.forkName
        var chain: [SignedBeaconBlock] = []
        var tip = anchor.blockRoot
        for number in directory.blockNames.indices where chain.count < Self.chainLength {
            let bytes = try directory.block(number).ssz(maximum: Self.blockBytes)
            guard let block = try? DecodedBlock(ssz: bytes, spec: spec), block.parentRoot == tip else { continue }
            chain.append(block.signed)
            tip = block.root
        }
        guard !chain.isEmpty else {
            throw SettingsError.unreadable(path: path, problem: "expected blocks that build on its state, got none")
        }
        self.chain = chain
        pubkeys = PubkeyCache()
        pubkeys.cover(state.validators)
        pubkeys.decompress(0..<state.validators.count)
    }

    /// Makes a chain, and writes it to `path` for the figures of a replay.
    init(simulating parameters: SimulationParameters, path: String) throws {
        self.path = path
        settings = NetworkSettings()
        let simulator = try ChainSimulator(parameters)
        spec = simulator.spec
        fork = parameters.fork
        state = simulator.anchor
        ssz = state.encoded(in: spec.context(fork))
        pubkeys = simulator.caches.pubkeys
        var made: [SignedBeaconBlock] = []
        let length = parameters.validators <= Self.streamValidators ? Self.streamLength : Self.chainLength
        _ = try SimulationOutput(simulator, path: path).write(blocks: length, branches: 1) { message in
            if message.isCanonical, made.count < Self.chainLength { made.append(message.block) }
        }
        chain = made
    }

    func run(
        _ operations: Int,
        threads: Int = 1,
        _ body: @escaping (inout Stopwatch) async throws -> UInt64
    ) -> Benchmark.Run {
        Benchmark.Run(
            operations: operations,
            threads: threads,
            validators: state.validators.count,
            fork: fork.name,
            body: body
        )
    }

    func transition(_ state: BeaconState, _ caches: TransitionCaches, _ policy: SignaturePolicy) -> Transition {
        Transition(state: state, spec: spec, caches: caches, signatures: policy)
    }

    /// Caches that know every key, and nothing of any epoch.
    var freshCaches: TransitionCaches { freshCaches(.one) }

    func freshCaches(_ cores: Cores) -> TransitionCaches { TransitionCaches(pubkeys: pubkeys, cores: cores) }

    /// What some figures are taken on: one core, and two where the machine has them.
    static let severalCores: [Cores] = {
        guard ProcessInfo.processInfo.activeProcessorCount > 1, let two = try? CoreThreads(name: "bench", width: 2)
        else { return [.one] }
        return [.one, two.cores]
    }()

    /// The blocks that figures of one block are of: those before the first boundary, if there are some.
    var few: ArraySlice<SignedBeaconBlock> { chain.prefix(min(Self.blocks, max(1, (boundary ?? .max) - 1))) }

    var all: [Benchmark] {
        [decode] + Self.severalCores.map(coldRoot) + [rootAfterBlock, copy, copyBytes, blocksWithoutSignatures]
            + Self.severalCores.map(signatures) + Self.severalCores.flatMap(boundaries)
            + Self.severalCores.flatMap(runs)
            + [replay("replay.blocks_per_second", .none), replay("replay.none.blocks_per_second", .all)]
    }

    private var decode: Benchmark {
        Benchmark(name: "state.decode", unit: .ms) { [self] in
            run(1) { watch in
                try watch.time { UInt64(try BeaconState.decode(ssz, in: spec.context(fork)).validators.count) }
            }
        }
    }

    private func coldRoot(_ cores: Cores) -> Benchmark {
        Benchmark(name: "state.root.cold", unit: .ms) { [self] in
            run(1, threads: cores.width) { watch in
                let fresh = try BeaconState.decode(ssz, in: spec.context(fork))
                return watch.time { UInt64(fresh.hashTreeRoot(in: spec.context(fork), on: cores).bytes[0]) }
            }
        }
    }

    /// The root after one block, all roots of the state before it known.
    private var rootAfterBlock: Benchmark {
        Benchmark(name: "state.root.after_block", unit: .ms) { [self] in
            let caches = freshCaches
            return run(few.count) { watch in
                var transition = transition(state, caches, .trust)
                var sum: UInt64 = 0
                for block in few {
                    try transition.processSlots(block.message.slot)
                    try transition.processBlock(block.message)
                    sum &+= watch.time { UInt64(transition.state.hashTreeRoot(in: transition.context).bytes[0]) }
                }
                return sum
            }
        }
    }

    /// A copy, and letting go of it.
    private var copy: Benchmark {
        Benchmark(name: "state.copy.ms", unit: .ms) { [self] in
            let count = 1_000
            return run(count) { watch in
                watch.time {
                    var copies: [BeaconState] = []
                    for _ in 0..<count { copies.append(state) }
                    return UInt64(copies.count)
                }
            }
        }
    }

    /// What one more post-state in memory takes beside its parent, all roots known.
    private var copyBytes: Benchmark {
        Benchmark(name: "state.copy.bytes", unit: .bytes) { [self] in
            let caches = freshCaches
            return run(few.count) { watch in
                var transition = transition(state, caches, .trust)
                var kept: [BeaconState] = []
                let before = HeapSize.inUse
                for block in few {
                    try transition.stateTransition(block)
                    kept.append(transition.state)
                }
                let after = HeapSize.inUse
                watch.count(after > before ? after - before : 0)
                return kept.reduce(0) { $0 &+ $1.slot }
            }
        }
    }

    /// Slots, block and root; signatures believed.
    private var blocksWithoutSignatures: Benchmark {
        Benchmark(name: "block.no_signatures", unit: .ms) { [self] in
            let caches = freshCaches
            return run(few.count) { watch in
                var transition = transition(state, caches, .trust)
                try watch.time {
                    for block in few { try transition.stateTransition(block) }
                }
                return transition.state.slot
            }
        }
    }

    /// All signatures of a block, verified together; no committee's keys were summed before.
    private func signatures(_ cores: Cores) -> Benchmark {
        Benchmark(name: "block.signatures", unit: .ms) { [self] in
            run(few.count, threads: cores.width) { watch in
                let caches = freshCaches(cores)
                var claims: [[SignatureClaim]] = []
                var state = state
                for block in few {
                    var transition = transition(state, caches, .collect)
                    try transition.stateTransition(block)
                    claims.append(transition.signatures.claims)
                    state = transition.state
                }
                try watch.time {
                    var randomness = SystemRandomNumberGenerator()
                    for claims in claims {
                        try SignatureClaim.verifyTogether(claims, caches: caches, randomness: &randomness)
                    }
                }
                return UInt64(claims.count)
            }
        }
    }

    /// The whole stream through the pipeline and a store on disk: what `martlet replay` says, its start not counted.
    private func replay(_ name: String, _ assumed: AssumedSignatures) -> Benchmark {
        Benchmark(name: name, unit: .blocksPerSecond) { [self] in
            var options = ReplayOptions(streams: [path])
            options.settings = settings
            options.width = ProcessInfo.processInfo.activeProcessorCount
            options.assumed = assumed
            let first = try await Replay.run(options)
            let (fixed, included) = (options, first.included)
            var run = run(included) { watch in
                let report = try await Replay.run(fixed)
                watch.count(UInt64(report.seconds * 1e9))
                return UInt64(report.included)
            }
            run.threads = options.width
            return run
        }
    }
}
