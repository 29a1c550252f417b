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

@testable import BlockPipeline

/// Blocks of several branches, none of which is ever justified, through the whole pipeline in little memory.
///
/// With `MARTLET_FULL=1` three thousand blocks, else three hundred.
@Suite struct NonFinalityPipelineTests {
    private static let isFull = ProcessInfo.processInfo.environment["MARTLET_FULL"] == "1"
    private static let branches = 3
    private static let blocks = isFull ? 1_000 : 100

    @Test func everyBlockAnswersInLittleMemory() async {
        if !Heap.isMeasured { print("skipped: heap a block: not told under Thread Sanitizer") }
        // In a process of its own, because the heap is looked at.
        await #expect(processExitsWith: .success) {
            var parameters = SimulationParameters()
            parameters.preset = .minimal
            parameters.validators = 32
            parameters.finalizes = false
            parameters.payloadBytes = 100
            let simulator = try ChainSimulator(parameters)
            var run = try SimulatedRun(simulator, blocks: Self.blocks, branches: Self.branches)
            let context = simulator.spec.context(simulator.anchor.forkName)
            let anchor = try Anchor(ssz: simulator.anchor.encoded(in: context), spec: simulator.spec)
            let directory = try TemporaryDirectory()
            var configuration = StoreConfiguration()
            configuration.cacheBytes = 1 << 20
            // What the engine has not yet written to disk is on the heap, too.
            configuration.levelDB.writeBufferBytes = 64 << 10
            configuration.levelDB.blockCacheBytes = 1 << 20
            let identity = Chain.identity(
                simulator.spec,
                genesisValidatorsRoot: anchor.state.genesisValidatorsRoot
            )
            let store = try await ChainStore.open(
                directory: directory.path,
                mode: .create(identity),
                configuration: configuration
            )
            var options = ChainOptions()
            options.time = .followBlocks
            options.durability = .written
            options.assumed = .all
            options.limits.stateBytes = 1 << 20
            let chain = try await Chain.open(store: store, spec: simulator.spec, anchor: anchor, options: options)
            var parents: [Root: (parent: Root, slot: Slot, state: Root)] = [:]
            var roots: [Root] = []
            var (warm, warmCount) = (0, 0)
            while let made = try run.next() {
                let ssz = made.block.encoded(in: context)
                let outcome = await BlockTask(chain: chain).run(
                    BlockMessage(bytes: ssz, encoding: .ssz, origin: .stream, receivedAt: 0)
                )
                #expect(outcome.state == .included, "\(outcome.record.reasonText)")
                parents[made.root] = (
                    made.block.message.parentRoot, made.block.message.slot, made.block.message.stateRoot
                )
                roots.append(made.root)
                #expect(chain.states.cache.bytes <= options.limits.stateBytes)
                if roots.count == Self.blocks {
                    await chain.settleStates()
                    (warm, warmCount) = (Heap.inUse - chain.states.cache.bytes, roots.count)
                }
            }
            #expect(roots.count == Self.blocks * Self.branches)
            await chain.settleStates()
            let perBlock = (Heap.inUse - chain.states.cache.bytes - warm) / (roots.count - warmCount)
            print("\(roots.count) blocks, \(perBlock) bytes of heap a block, states in \(chain.states.cache.bytes)")
            // Fork choice and the tree take one; in a short run caches are still filling.
            #expect(perBlock < (Self.isFull ? 6_000 : 12_000), "\(perBlock) bytes a block")
            #expect(chain.states.cache.evicted > 0)
            let snapshot = chain.choice.snapshot
            #expect(snapshot.tree.count == roots.count + 1)
            #expect(snapshot.finalized.epoch == 0)
            #expect(chain.tree.counts().included == roots.count + 1)
            var random = SplitMix64(seed: 5)
            for _ in 0..<12 {
                let root = try #require(roots.randomElement(using: &random))
                let known = try #require(parents[root])
                let slot = UInt64.random(in: 0...known.slot, using: &random)
                var through = root
                while let above = parents[through], above.slot > slot { through = above.parent }
                #expect(snapshot.tree.ancestor(of: root, at: slot) == through)
                #expect(chain.tree.state(of: root) == .included)
                let state = try await chain.states.state(after: root)
                #expect(state.stateRoot == known.state)
                #expect(state.state.hashTreeRoot(in: context) == known.state)
            }
            #expect(chain.states.rebuildings > 0)
            try await chain.close()
        }
    }
}
