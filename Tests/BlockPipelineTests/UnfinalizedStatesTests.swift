import ChainStore
import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import SSZ
import Simulation
import TestSupport
import Testing

@testable import BlockPipeline

/// States of branches that finality does not reach for long: kept every so many epochs, let go when it is decided.
@Suite struct UnfinalizedStatesTests {
    private struct Made {
        let simulator: ChainSimulator
        let anchor: Anchor
        var blocks: [(root: Root, ssz: [UInt8], slot: Slot, stateRoot: Root)] = []

        init(branches: Int, unjustified: UInt64, blocks count: Int) throws {
            var parameters = SimulationParameters()
            parameters.preset = .minimal
            parameters.validators = 64
            parameters.payloadBytes = 100
            parameters.participation = 1
            parameters.unjustifiedEpochs = unjustified
            simulator = try ChainSimulator(parameters)
            let context = simulator.spec.context(simulator.anchor.forkName)
            anchor = try Anchor(ssz: simulator.anchor.encoded(in: context), spec: simulator.spec)
            var run = try SimulatedRun(simulator, blocks: count, branches: branches)
            let decided = simulator.anchor.slot + unjustified * simulator.spec.preset.slotsPerEpoch
            while let made = try run.next() {
                let message = made.block.message
                // Only one branch lives to see the votes that decide.
                if made.branch > 0, message.slot >= decided { continue }
                blocks.append((made.root, made.block.encoded(in: context), message.slot, message.stateRoot))
            }
        }

        var identity: NetworkIdentity {
            Chain.identity(simulator.spec, genesisValidatorsRoot: anchor.state.genesisValidatorsRoot)
        }
    }

    private static func history(every epochs: UInt64) -> StateHistory {
        var history = StateHistory()
        history.unfinalizedEpochs = epochs
        history.snapshotEpochs = 9
        return history
    }

    private func open(_ made: Made, _ engine: any KeyValueStore, _ history: StateHistory) async throws -> Chain {
        var options = ChainOptions()
        options.time = .followBlocks
        options.durability = .written
        options.assumed = .all
        options.history = history
        let store = try await ChainStore.open(engine: engine, mode: .create(made.identity))
        do {
            return try await Chain.open(store: store, spec: made.simulator.spec, anchor: made.anchor, options: options)
        } catch {
            try? await store.close()
            throw error
        }
    }

    /// Carries blocks in, each state written before the next; the places of those that were included.
    private func carry(_ made: Made, _ range: Range<Int>, into chain: Chain) async -> [Int] {
        var included: [Int] = []
        for place in range {
            let message = BlockMessage(
                bytes: made.blocks[place].ssz,
                encoding: .ssz,
                origin: .stream,
                receivedAt: 0
            )
            let outcome = await BlockTask(chain: chain).run(message)
            // Behind one that the store refused, others would wait for ever.
            if case .store = outcome.error { break }
            if outcome.state == .included { included.append(place) }
            await chain.settleStates()
        }
        return included
    }

    /// Asks for states, none of them in memory; the most blocks any was carried through.
    private func read(_ made: Made, _ places: [Int], from chain: Chain) async throws -> Int {
        var most = 0
        let context = made.simulator.spec.context(made.simulator.anchor.forkName)
        for place in places {
            let block = made.blocks[place]
            most = max(most, try await chain.store.replayPath(to: block.root).blocks.count)
            chain.states.cache.remove(made.blocks.map(\.root))
            let post = try await chain.states.state(after: block.root)
            #expect(post.state.hashTreeRoot(in: context) == block.stateRoot, "slot \(block.slot)")
        }
        return most
    }

    private func kept(_ chain: Chain) async throws -> [SlotRoot] { try await chain.store.storedStates().elements }

    @Test func statesFarBehindFinalityAreNear() async throws {
        let epochs: UInt64 = 3
        let made = try Made(branches: 2, unjustified: 26, blocks: 30 * 8)
        let memory = InMemoryEngine()
        let chain = try await open(made, memory, Self.history(every: epochs))
        let before = 2 * (26 * 8 - 1)
        let first = await carry(made, 0..<before, into: chain)
        #expect(first.count == before)
        let finalized = chain.choice.snapshot.finalized.epoch
        #expect(chain.stateTally.unfinalized > 12 && chain.stateTally.failures == 0, "\(chain.stateTally)")
        #expect(chain.stateTally.whole > 2, "\(chain.stateTally)")
        // Two stretches of epochs at most, behind the anchor; it lies 208 slots back in the end.
        let bound = 2 * Int(epochs) * 8
        let sample = first.filter { $0 % 7 == 0 }
        #expect(try await read(made, sample, from: chain) <= bound)
        var verified = try await chain.store.verify()
        #expect(verified.isSound, "\(verified.problems)")

        let second = await carry(made, before..<made.blocks.count, into: chain)
        #expect(chain.choice.snapshot.finalized.epoch > finalized + 26)
        #expect(chain.stateTally.failures == 0 && chain.stateTally.refused == 0, "\(chain.stateTally)")
        #expect(chain.stateTally.dropped > 4, "\(chain.stateTally)")
        // What is left lies on the chain to the head.
        let snapshot = chain.choice.snapshot
        var canonical: Set<Root> = []
        var current = snapshot.head.root
        while let summary = try await chain.store.summary(current) {
            canonical.insert(current)
            current = summary.parentRoot
        }
        let left = try await kept(chain)
        #expect(left.count > 8)
        #expect(left.allSatisfy { canonical.contains($0.root) })
        verified = try await chain.store.verify()
        #expect(verified.isSound, "\(verified.problems)")
        let onChain = (first + second).filter { canonical.contains(made.blocks[$0].root) }
        #expect(try await read(made, onChain.filter { $0 % 5 == 0 }, from: chain) <= bound)
        // The others are replayed from where they left it.
        let offChain = first.filter { !canonical.contains(made.blocks[$0].root) }
        #expect(try await read(made, offChain.filter { $0 % 31 == 0 }, from: chain) > bound)
        try await chain.close()

        let again = try await open(made, memory.afterKill(), Self.history(every: epochs))
        #expect(again.choice.snapshot.head.root == snapshot.head.root)
        #expect(try await read(made, onChain.filter { $0 % 11 == 0 }, from: again) <= bound)
        try await again.close()
    }

    @Test func theyAreBounded() async throws {
        let made = try Made(branches: 1, unjustified: 40, blocks: 20 * 8)
        var history = Self.history(every: 1)
        history.unfinalizedStates = 5
        let chain = try await open(made, InMemoryEngine(), history)
        _ = await carry(made, 0..<made.blocks.count, into: chain)
        // The more there are the further apart they lie: at the end there is still room.
        let written = Int(chain.stateTally.unfinalized)
        #expect((3...5).contains(written), "\(chain.stateTally)")
        #expect(try await kept(chain).count == written + 1)
        #expect(chain.stateTally.spacedOut > 8, "\(chain.stateTally)")
        try await chain.close()
    }

    /// Stopped at any write, the chain opens again, every state that is summed up can be had, and nothing dead is left
    /// once finality has come.
    @Test func aStopBetweenAnyTwoWritesLosesNoState() async throws {
        let made = try Made(branches: 2, unjustified: 8, blocks: 13 * 8)
        let history = Self.history(every: 2)
        let counted = FaultyEngine(InMemoryEngine(), faults: [])
        let whole = try await open(made, counted, history)
        _ = await carry(made, 0..<made.blocks.count, into: whole)
        #expect(whole.stateTally.dropped > 0)
        let head = whole.choice.snapshot.head.root
        let writes = counted.writeCount
        try await whole.close()
        let seed = Seed.first
        var random = SplitMix64(seed: seed)
        for round in 0..<6 {
            // Finality comes in the last quarter, where most can go wrong.
            let last = writes - Int(random.next() % UInt64(writes * (round % 3 + 1) / 3))
            let memory = InMemoryEngine()
            let fault: FaultyEngine.Fault = round % 2 == 0 ? .stopBeforeWrite(last) : .applyAndFailWrite(last)
            do {
                let chain = try await open(made, FaultyEngine(memory, faults: [fault]), history)
                _ = await carry(made, 0..<made.blocks.count, into: chain)
                try await chain.close()
            } catch is StoreError {}
            let again = try await open(made, memory.afterKill(), history)
            await again.settleStates()
            var verified = try await again.store.verify()
            #expect(verified.isSound, "seed \(seed), write \(last): \(verified.problems)")
            _ = await carry(made, 0..<made.blocks.count, into: again)
            #expect(again.choice.snapshot.head.root == head, "seed \(seed), write \(last)")
            verified = try await again.store.verify()
            #expect(verified.isSound, "seed \(seed), write \(last): \(verified.problems)")
            var summed: [Int] = []
            for place in made.blocks.indices where place % 13 == 0 {
                if try await again.store.stateSummary(made.blocks[place].root) != nil { summed.append(place) }
            }
            _ = try await read(made, summed, from: again)
            try await again.close()
        }
    }
}
