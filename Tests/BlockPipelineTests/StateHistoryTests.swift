import ChainStore
import ChainTestSupport
import ConsensusTypes
import ForkTree
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@testable import BlockPipeline

/// Finalized states, written as differences and read back.
@Suite struct StateHistoryTests {
    private static func history(snapshots: UInt64, kept: UInt64 = 2_048) -> StateHistory {
        var history = StateHistory()
        history.snapshotEpochs = snapshots
        history.keptEpochs = kept
        return history
    }

    private func options(_ history: StateHistory) -> ChainOptions {
        var options = ChainOptions()
        options.time = .followBlocks
        options.durability = .written
        options.assumed = .all
        options.history = history
        return options
    }

    private func open(_ run: RecordedRun, _ engine: any KeyValueStore, _ history: StateHistory) async throws -> Chain {
        let identity = Chain.identity(run.spec, genesisValidatorsRoot: run.anchor.state.genesisValidatorsRoot)
        let store = try await ChainStore.open(engine: engine, mode: .create(identity))
        do {
            return try await Chain.open(store: store, spec: run.spec, anchor: run.anchor, options: options(history))
        } catch {
            try? await store.close()
            throw error
        }
    }

    /// Carries the run in, each state written before the next block; how many blocks were included.
    private func carry(_ run: RecordedRun, into chain: Chain, settling: Bool = true) async throws -> Int {
        var included = 0
        for (number, message) in run.blocks.enumerated() {
            let outcome = await BlockTask(chain: chain).run(message)
            if outcome.state == .included { included += 1 }
            // Behind one that the store refused, others would wait for ever.
            if case .evicted = outcome.state { break }
            if let envelope = run.envelopes[number] { _ = await PayloadTask(chain: chain).run(envelope) }
            if settling { await chain.settleStates() }
        }
        return included
    }

    /// Asks for the state of every stored block, none of them in memory; how many there are.
    private func readAll(_ chain: Chain, every step: Int = 1) async throws -> Int {
        let places = try await chain.store.slots(in: 0...UInt64.max, limit: 100_000).elements
        var read = 0
        for (i, place) in places.enumerated() where i % step == 0 {
            guard let summary = try await chain.store.stateSummary(place.root) else { continue }
            chain.states.cache.remove(places.map(\.root))
            let post = try await chain.states.state(after: place.root)
            let root = post.state.hashTreeRoot(in: chain.spec.context(post.state.forkName))
            #expect(root == summary.stateRoot && post.stateRoot == root, "slot \(place.slot)")
            read += 1
        }
        return read
    }

    @Test(arguments: ["fulu-linear", "electra-to-fulu", "every-fork"], [1, 3, 64] as [UInt64])
    func everyStateComesBack(stream: String, snapshots: UInt64) async throws {
        let run = try RecordedRun(fixture: stream)
        let memory = InMemoryEngine()
        let chain = try await open(run, memory, Self.history(snapshots: snapshots))
        let included = try await carry(run, into: chain)
        #expect(included > 60)
        let tally = chain.stateTally
        #expect(tally.failures == 0 && tally.refused == 0, "\(tally)")
        // A checkpoint's block may lie an epoch back, so that two kept states are less than an epoch apart.
        #expect(snapshots == 1 ? tally.whole > tally.differences : tally.differences > 3, "\(tally)")
        #expect(snapshots == 64 ? tally.whole == 0 : tally.whole > 0, "\(tally)")
        #expect(try await readAll(chain, every: 5) > included / 6)
        let verified = try await chain.store.verify()
        #expect(verified.isSound, "\(verified.problems)")
        let base = chain.recorder.base
        try await chain.close()

        // And in another process; what it writes goes on where this one ended.
        let again = try await open(run, memory.afterKill(), Self.history(snapshots: snapshots))
        #expect(again.recorder.base == base)
        #expect(again.choice.snapshot.finalized.root == base)
        #expect(try await readAll(again, every: 7) > included / 8)
        try await again.close()
    }

    @Test func oldStatesAreForgotten() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let chain = try await open(run, InMemoryEngine(), Self.history(snapshots: 2, kept: 2))
        _ = try await carry(run, into: chain)
        let kept = try await chain.store.storedStates().elements
        let perEpoch = run.spec.preset.slotsPerEpoch
        let finalized = chain.choice.snapshot.finalized
        #expect(finalized.epoch > 8)
        // Two epochs and what their oldest state is made from.
        #expect(kept.allSatisfy { $0.slot + 5 * perEpoch >= finalized.epoch * perEpoch }, "\(kept.map(\.slot))")
        let verified = try await chain.store.verify()
        #expect(verified.isSound, "\(verified.problems)")
        #expect(try await chain.store.stateSummary(run.anchor.blockRoot) == nil)
        #expect(try await readAll(chain) > 20)
        try await chain.close()
    }

    /// Stopped at any write, the chain opens again, and every state it has summed up can be had.
    @Test func aStopBetweenAnyTwoWritesLosesNoState() async throws {
        let run = try RecordedRun(fixture: "electra-to-fulu")
        let history = Self.history(snapshots: 3, kept: 4)
        let counted = FaultyEngine(InMemoryEngine(), faults: [])
        let whole = try await open(run, counted, history)
        _ = try await carry(run, into: whole)
        let writes = counted.writeCount
        try await whole.close()
        let seed = Seed.first
        var random = SplitMix64(seed: seed)
        for round in 0..<6 {
            let last = Int(random.next() % UInt64(writes)) + 1
            let memory = InMemoryEngine()
            let fault: FaultyEngine.Fault = round % 2 == 0 ? .stopBeforeWrite(last) : .applyAndFailWrite(last)
            do {
                let chain = try await open(run, FaultyEngine(memory, faults: [fault]), history)
                _ = try await carry(run, into: chain)
                try await chain.close()
            } catch is StoreError {}
            let again = try await open(run, memory.afterKill(), history)
            let verified = try await again.store.verify()
            #expect(verified.isSound, "seed \(seed), write \(last): \(verified.problems)")
            #expect(try await readAll(again, every: 9) > 0)
            try await again.close()
        }
    }

    @Test func damagedStatesAreNamed() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let memory = InMemoryEngine()
        let chain = try await open(run, memory, Self.history(snapshots: 64))
        _ = try await carry(run, into: chain)
        let base = chain.recorder.base
        let chainOfStates = try await chain.store.storedChain(to: base)
        let latest = try #require(chainOfStates.first)
        let before = try #require(chainOfStates.dropFirst().first)
        let bytes = try #require(try await chain.store.stateDifference(stateRoot: latest.stateRoot))
        try await chain.close()

        // Another state under the same root: a difference that is sound but gives something else.
        var other = bytes
        other.replaceSubrange(35..<67, with: before.stateRoot.bytes)
        for (damaged, note) in [(other, "another"), (Array(bytes.dropLast()), "cut"), ([], "empty")] {
            let image = memory.afterKill()
            let store = try await ChainStore.open(engine: image, mode: .existing(nil))
            let item = Import(
                root: latest.root,
                state: StateSummary(slot: latest.slot, stateRoot: latest.stateRoot, baseRoot: latest.root),
                difference: StoredDifference(bytes: damaged, base: latest.base, position: latest.position)
            )
            try await store.commitImport(item)
            await #expect(throws: StoredStateError.self, "\(note)") {
                try await Chain.open(store: store, spec: run.spec, anchor: nil, options: options(StateHistory()))
            }
            try await store.close()
        }
    }

    /// What the next differences are made from counts among the states in memory, and gives way like those.
    @Test func basesOfDifferencesAreCountedAndGiveWay() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let chain = try await open(run, InMemoryEngine(), Self.history(snapshots: 64))
        // Odd positions have more below them than the whole state.
        var rungs: [Root] = []
        var place = run.blocks.startIndex
        while rungs.count < 3, place < run.blocks.endIndex {
            _ = await BlockTask(chain: chain).run(run.blocks[place])
            place += 1
            await chain.settleStates()
            rungs = try await chain.store.storedChain(to: chain.recorder.base).map(\.root)
        }
        #expect(rungs.count == 3)
        let cache = chain.states.cache
        #expect(rungs.allSatisfy { cache.contains($0) })
        weak let rung = cache[rungs[1]]
        #expect(rung != nil)
        let bytes = cache.bytes
        cache.setLimit(1)
        #expect(!cache.contains(rungs[1]) && cache.bytes < bytes)
        #expect(rung == nil)
        // Without them the next ones are written all the same.
        let before = chain.stateTally.differences
        for message in run.blocks[place...] {
            _ = await BlockTask(chain: chain).run(message)
            await chain.settleStates()
        }
        #expect(chain.stateTally.differences > before + 2)
        #expect(chain.stateTally.failures == 0 && chain.stateTally.refused == 0, "\(chain.stateTally)")
        try await chain.close()
    }

    @Test func onlyTheLatestFinalityIsWritten() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let memory = InMemoryEngine()
        let chain = try await open(run, memory, StateHistory())
        // Nobody waits for the states in between; whatever was passed over, the last one is there at the end.
        _ = try await carry(run, into: chain, settling: false)
        let finalized = chain.choice.snapshot.finalized
        try await chain.close()
        let again = try await open(run, memory.afterKill(), StateHistory())
        #expect(again.choice.snapshot.finalized.root == finalized.root)
        #expect(try await again.store.finalized()?.epoch == finalized.epoch)
        try await again.close()
    }
}
