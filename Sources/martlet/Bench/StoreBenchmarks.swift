import BlockPipeline
import ChainStore
import ConsensusTypes
import Foundation
import Hashing
import SSZ
import Snappy
import StateTransition

// Figures of what goes to disk: states as differences, blocks as they are.
extension ChainBenchmarks {
    static let storeNames = [
        "store.state_diff.bytes", "store.state_diff.make", "store.state_diff.apply", "store.put", "store.get",
    ]

    /// States that are finalized one epoch apart, with their roots.
    private struct Epochs: Sendable {
        let older, newer: BeaconState
        let olderRoot, newerRoot: Root

        func diff(_ spec: ChainSpec) -> StateDiff {
            StateDiff(from: older, root: olderRoot, to: newer, root: newerRoot, spec: spec)
        }
    }

    /// The first blocks of two epochs in a row, where the chain reaches so far.
    private var boundaryPair: (first: Int, second: Int)? {
        guard let first = boundary else { return nil }
        let epochs = chain.map { $0.message.slot / spec.preset.slotsPerEpoch }
        return chain.indices.dropFirst(first + 1).first { epochs[$0] > epochs[first] }.map { (first, $0) }
    }

    private func epochs(_ pair: (first: Int, second: Int)) throws -> Epochs {
        var transition = transition(state, freshCaches, .trust)
        for block in chain[...pair.first] { try transition.stateTransition(block) }
        let older = transition.state
        for block in chain[(pair.first + 1)...pair.second] { try transition.stateTransition(block) }
        return Epochs(
            older: older,
            newer: transition.state,
            olderRoot: chain[pair.first].message.stateRoot,
            newerRoot: chain[pair.second].message.stateRoot
        )
    }

    /// - Parameters:
    ///   - scratch: where stores are made; whoever calls removes it.
    func store(scratch: String) -> [Benchmark] { stateDiffs + blocks(scratch: scratch) }

    private var stateDiffs: [Benchmark] {
        guard let pair = boundaryPair else { return [] }
        return [
            // As it is stored, compressed.
            Benchmark(name: "store.state_diff.bytes", unit: .bytes) { [self] in
                let epochs = try epochs(pair)
                return run(1) { watch in
                    let bytes = try Snappy.compress(epochs.diff(spec).bytes)
                    watch.count(UInt64(bytes.count))
                    return UInt64(bytes.count)
                }
            },
            Benchmark(name: "store.state_diff.make", unit: .ms) { [self] in
                let epochs = try epochs(pair)
                return run(1) { watch in watch.time { UInt64(epochs.diff(spec).bytes.count) } }
            },
            // With the root of what comes out, which is compared.
            Benchmark(name: "store.state_diff.apply", unit: .ms) { [self] in
                let epochs = try epochs(pair)
                let diff = epochs.diff(spec)
                return run(1) { watch in
                    try watch.time { try diff.applied(to: epochs.older, root: epochs.olderRoot, spec: spec).slot }
                }
            },
        ]
    }

    /// The chain's own blocks into a new database, and out of it past the cache.
    private func blocks(scratch: String) -> [Benchmark] {
        let entries = chain.map { block in
            let message = block.message
            return (
                root: message.hashTreeRoot(in: spec.context(spec.fork(atSlot: message.slot))),
                summary: BlockSummary(
                    slot: message.slot,
                    proposerIndex: message.proposerIndex,
                    parentRoot: message.parentRoot,
                    stateRoot: message.stateRoot,
                    bodyRoot: .zero
                ),
                ssz: block.encoded(in: spec.context(spec.fork(atSlot: message.slot)))
            )
        }
        let open: @Sendable () async throws -> ChainStore = {
            let directory = "\(scratch)/store-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
            var configuration = StoreConfiguration()
            configuration.cacheBytes = 0
            let identity = NetworkIdentity(configDigest: .zero, genesisValidatorsRoot: .zero, name: "bench")
            return try await ChainStore.open(
                directory: directory,
                mode: .create(identity),
                configuration: configuration
            )
        }
        return [
            Benchmark(name: "store.put", unit: .us) { [self] in
                run(entries.count) { watch in
                    let store = try await open()
                    watch.start()
                    for entry in entries {
                        _ = try await store.putBlockIfAbsent(
                            root: entry.root,
                            summary: entry.summary,
                            ssz: entry.ssz,
                            durability: .written
                        )
                    }
                    watch.stop()
                    try await store.close()
                    return UInt64(entries.count)
                }
            },
            Benchmark(name: "store.get", unit: .us) { [self] in
                let store = try await open()
                for entry in entries {
                    _ = try await store.putBlockIfAbsent(root: entry.root, summary: entry.summary, ssz: entry.ssz)
                }
                return run(entries.count) { watch in
                    var bytes: UInt64 = 0
                    watch.start()
                    for entry in entries { bytes += UInt64(try await store.block(entry.root)?.count ?? 0) }
                    watch.stop()
                    return bytes
                }
            },
        ]
    }
}
