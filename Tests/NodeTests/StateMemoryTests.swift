import BeaconAPI
import BlockPipeline
import ChainStore
import ConsensusTypes
import ForkChoice
import ForkTree
import Foundation
import Hashing
import SSZ
import Simulation
import StateTransition
import TestSupport
import Testing

@testable import Node

/// What states cost a daemon: each that is not final, and the moment when one is written down.
///
/// The same at mainnet's size is measured by hand: `docs/bench/README.md`.
@Suite struct StateMemoryTests {
    @Test(.enabled(if: Heap.isMeasured, "skipped: heap a state: not told under Thread Sanitizer"))
    func anUnfinalizedStateTakesLittle() async {
        // In a process of its own, because the heap is looked at.
        await #expect(processExitsWith: .success) {
            var parameters = SimulationParameters()
            parameters.validators = 32_768
            parameters.payloadBytes = 1_000
            let simulator = try ChainSimulator(parameters)
            let context = simulator.spec.context(simulator.anchor.forkName)
            let ssz = simulator.anchor.encoded(in: context)
            let size = ssz.count
            let directory = try TemporaryDirectory()
            let chain = try await StateMemoryTests.open(simulator, ssz, directory.path)
            var run = try SimulatedRun(simulator, blocks: 75)
            var (warm, states) = (0, 0)
            while let made = try run.next() {
                let message = BlockMessage(
                    bytes: made.block.encoded(in: context),
                    encoding: .ssz,
                    origin: .stream,
                    receivedAt: 0
                )
                #expect(await BlockTask(chain: chain).run(message).state == .included)
                // Behind the first boundary, which fills caches.
                if made.block.message.slot % 32 == 10, warm == 0 {
                    // Nor does a state count that is being written down.
                    await chain.settleStates()
                    (warm, states) = (Heap.inUse, chain.states.cache.count)
                }
            }
            await chain.settleStates()
            #expect(chain.choice.snapshot.tree.count == 76)
            let added = chain.states.cache.count - states
            #expect(added == 75 - 10)
            let perState = (Heap.inUse - warm) / added
            print("\(perState) bytes of heap a state of \(size) bytes")
            // Two boundaries renew balances and participation, each block a 32nd part of the latter: 328 KB, and 1.7 MB of
            // 142 at a million validators.
            #expect(perState < size / 16, "\(perState) of \(size)")
            // What states share is counted once: 4.1 at this size, 2.2 at a million.
            #expect(chain.states.cache.bytes < 5 * size, "\(chain.states.cache.bytes) of \(size)")
            let names = LocalChain(chain).metrics().map(\.name)
            #expect(names.contains("martlet_states_stored_total"))
            try await chain.close()
        }
    }

    /// From the encoded state on: packed once, its encoding let go, and what the store's engine takes for it.
    @Test(.enabled(if: Heap.isMeasured, "skipped: peak of a write: not told under Thread Sanitizer"))
    func writingAStateTakesFewCopies() async {
        await #expect(processExitsWith: .success) {
            try await StateMemoryTests.writeAState()
        }
    }

    /// As a state packs: to somewhat more than half of it.
    private static func item(of size: Int) -> Import {
        let root = SHA256.hash([1])
        var random = SplitMix64(seed: 4)
        var bytes = [UInt8](repeating: 7, count: size)
        for index in 0..<size / 2 { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
        return Import(
            root: root,
            summary: BlockSummary(
                slot: 1,
                proposerIndex: 0,
                parentRoot: Bytes32(),
                stateRoot: root,
                bodyRoot: root
            ),
            state: StateSummary(slot: 1, stateRoot: root, baseRoot: root),
            snapshot: bytes
        )
    }

    private static func writeAState() async throws {
        let size = 64 << 20
        let directory = try TemporaryDirectory()
        let network = NetworkIdentity(configDigest: Bytes32(), genesisValidatorsRoot: Bytes32(), name: "test")
        let store = try await ChainStore.open(directory: directory.path, mode: .create(network))
        // The peak begins anew.
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
        let before = try #require(ProcessMemory.read()).resident
        try await store.commitImport(item(of: size), durability: .synced)
        let peak = try #require(ProcessMemory.read()).peak - before
        print("\(peak >> 20) MiB more while \(size >> 20) MiB were written")
        #expect(try await store.snapshot(stateRoot: SHA256.hash([1]))?.count == size)
        try await store.close()
        // The encoding and its packed half, or without the encoding that half and what the engine makes of it: 101 MiB.
        // With the encoding kept until all is written it would be 165.
        #expect(peak < size * 2, "\(peak >> 20) MiB")
    }

    private static func open(_ simulator: ChainSimulator, _ ssz: [UInt8], _ path: String) async throws -> Chain {
        let anchor = try Anchor(ssz: ssz, spec: simulator.spec)
        let identity = Chain.identity(simulator.spec, genesisValidatorsRoot: anchor.state.genesisValidatorsRoot)
        var configuration = StoreConfiguration()
        // What the engine has not yet written to disk is on the heap, too.
        configuration.levelDB.writeBufferBytes = 64 << 10
        let store = try await ChainStore.open(directory: path, mode: .create(identity), configuration: configuration)
        var options = ChainOptions()
        options.time = .followBlocks
        options.durability = .written
        options.assumed = .all
        return try await Chain.open(store: store, spec: simulator.spec, anchor: anchor, options: options)
    }
}
