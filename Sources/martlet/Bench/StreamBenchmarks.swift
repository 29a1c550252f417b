import BlockPipeline
import ConsensusTypes
import Foundation
import GossipIngest
import Hashing
import Node
import SSZ
import StateTransition

/// States and blocks of a recorded stream.
struct StreamBenchmarks: Sendable {
    /// Blocks carried through in a sample, at most.
    private static let blocks = 16
    private static let stateBytes = 1 << 31
    private static let blockBytes = 10_485_760

    static let names = [
        "state.decode", "state.root.cold", "state.root.after_block", "block.no_signatures", "block.signatures",
        "replay.blocks_per_second",
    ]

    private let path: String
    private let settings: NetworkSettings
    private let spec: ChainSpec
    private let fork: ForkName
    private let ssz: [UInt8]
    private let state: BeaconState
    /// Each builds on the one before.
    private let chain: [SignedBeaconBlock]

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
        for number in directory.blockNames.indices where chain.count < Self.blocks {
            let bytes = try directory.block(number).ssz(maximum: Self.blockBytes)
            guard let block = try? DecodedBlock(ssz: bytes, spec: spec), block.parentRoot == tip else { continue }
            chain.append(block.signed)
            tip = block.root
        }
        guard !chain.isEmpty else {
            throw SettingsError.unreadable(path: path, problem: "expected blocks that build on its state, got none")
        }
        self.chain = chain
    }

    private func run(
        _ operations: Int,
        _ body: @escaping (inout Stopwatch) async throws -> UInt64
    ) -> Benchmark.Run {
        Benchmark.Run(
            operations: operations,
            validators: state.validators.count,
            fork: fork.name,
            body: body
        )
    }

    private func transition(_ state: BeaconState, _ caches: TransitionCaches, _ policy: SignaturePolicy) -> Transition {
        Transition(state: state, spec: spec, caches: caches, signatures: policy)
    }

    var all: [Benchmark] {
        [decode, coldRoot, rootAfterBlock, blocksWithoutSignatures, signatures, replay]
    }

    private var decode: Benchmark {
        Benchmark(name: "state.decode", unit: .ms) { [self] in
            run(1) { watch in
                try watch.time { UInt64(try BeaconState.decode(ssz, in: spec.context(fork)).validators.count) }
            }
        }
    }

    private var coldRoot: Benchmark {
        Benchmark(name: "state.root.cold", unit: .ms) { [self] in
            run(1) { watch in
                let fresh = try BeaconState.decode(ssz, in: spec.context(fork))
                return watch.time { UInt64(fresh.hashTreeRoot(in: spec.context(fork)).bytes[0]) }
            }
        }
    }

    /// The root after one block, all roots of the state before it known.
    private var rootAfterBlock: Benchmark {
        Benchmark(name: "state.root.after_block", unit: .ms) { [self] in
            let caches = TransitionCaches()
            return run(chain.count) { watch in
                var transition = transition(state, caches, .trust)
                var sum: UInt64 = 0
                for block in chain {
                    try transition.processSlots(block.message.slot)
                    try transition.processBlock(block.message)
                    sum &+= watch.time { UInt64(transition.state.hashTreeRoot(in: transition.context).bytes[0]) }
                }
                return sum
            }
        }
    }

    /// Slots, block and root; signatures believed.
    private var blocksWithoutSignatures: Benchmark {
        Benchmark(name: "block.no_signatures", unit: .ms) { [self] in
            let caches = TransitionCaches()
            return run(chain.count) { watch in
                var transition = transition(state, caches, .trust)
                try watch.time {
                    for block in chain { try transition.stateTransition(block) }
                }
                return transition.state.slot
            }
        }
    }

    /// All signatures of a block, verified together.
    private var signatures: Benchmark {
        Benchmark(name: "block.signatures", unit: .ms) { [self] in
            let caches = TransitionCaches()
            var claims: [[SignatureClaim]] = []
            var state = state
            for block in chain {
                var transition = transition(state, caches, .collect)
                try transition.stateTransition(block)
                claims.append(transition.signatures.claims)
                state = transition.state
            }
            let collected = claims
            return run(chain.count) { watch in
                try watch.time {
                    var randomness = SystemRandomNumberGenerator()
                    for claims in collected {
                        try SignatureClaim.verifyTogether(claims, caches: caches, randomness: &randomness)
                    }
                }
                return UInt64(collected.count)
            }
        }
    }

    /// The whole stream through the pipeline and a store on disk.
    private var replay: Benchmark {
        Benchmark(name: "replay.blocks_per_second", unit: .blocksPerSecond) { [self] in
            var options = ReplayOptions(streams: [path])
            options.settings = settings
            options.width = ProcessInfo.processInfo.activeProcessorCount
            let first = try await Replay.run(options)
            let (fixed, included) = (options, first.included)
            var run = run(included) { watch in
                watch.start()
                let report = try await Replay.run(fixed)
                watch.stop()
                return UInt64(report.included)
            }
            run.threads = options.width
            return run
        }
    }
}
