import ChainStore
import ChainTestSupport
import Concurrency
import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import SSZ
import TestSupport
import Testing

@testable import BlockPipeline

/// Two calls at once to everything here that waits in the middle.
@Suite struct ReentrancyTests {
    /// Carries the first blocks of a run in, one after the other.
    private func carry(_ run: RecordedRun, _ count: Int, into chain: Chain) async throws {
        for message in run.blocks.prefix(count) {
            let outcome = await BlockTask(chain: chain).run(message)
            try #require(outcome.state == .included, "\(outcome.record.reasonText)")
        }
    }

    @Test func includingABlockTwiceIsIncludingItOnce() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            let pre = try await chain.states.state(after: run.anchor.blockRoot)
            let signedOff = SignedOffBlock(trusted: try run.decoded(0))
            let done = try TransitionedBlock(signedOff, pre: pre, rules: chain.rules)
            try await chain.choice.follow(done.decoded.slot)
            let heads = try await withThrowingTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await chain.choice.include(
                            done.choice,
                            votes: done.votes,
                            slashings: [],
                            balances: [:]
                        ).head.root
                    }
                }
                return try await group.reduce(into: [Root]()) { $0.append($1) }
            }
            #expect(Set(heads) == [done.decoded.root])
            #expect(chain.choice.snapshot.nodes.map(\.root) == [run.anchor.blockRoot, done.decoded.root])
        }
    }

    @Test func fiftyWhoAskForAStateCostOneRebuilding() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            try await carry(run, 12, into: chain)
            let head = chain.choice.snapshot.head
            let before = chain.states.rebuildings
            let known = try await chain.states.state(after: head.root)
            chain.states.cache.remove(chain.choice.snapshot.nodes.map(\.root))
            #expect(chain.states.cache.count == 0)
            let found = try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { try await chain.states.state(after: head.root) } }
                return try await group.reduce(into: [PostState]()) { $0.append($1) }
            }
            #expect(found.count == 50)
            #expect(Set(found.map(ObjectIdentifier.init)).count == 1)
            #expect(found[0] !== known)
            #expect(found[0].stateRoot == known.stateRoot)
            #expect(found[0].state.hashTreeRoot(in: run.spec.context(.fulu)) == head.block.stateRoot)
            #expect(chain.states.rebuildings == before + 1)
        }
    }

    /// A caller that goes away takes nothing from the others.
    @Test func oneWhoStopsAskingDoesNotStopTheRebuilding() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            try await carry(run, 12, into: chain)
            let head = chain.choice.snapshot.head
            for _ in 0..<10 {
                chain.states.cache.remove(chain.choice.snapshot.nodes.map(\.root))
                let impatient = Task { try await chain.states.state(after: head.root) }
                async let patient = chain.states.state(after: head.root)
                impatient.cancel()
                #expect(try await patient.stateRoot == head.block.stateRoot)
                _ = await impatient.result
            }
        }
    }

    @Test func weightsOfACheckpointAreTheSameForAll() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            try await carry(run, 3, into: chain)
            let checkpoint = Checkpoint(epoch: 1, root: chain.choice.snapshot.head.root)
            let found = try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await chain.states.balances(of: checkpoint) } }
                return try await group.reduce(into: [ActiveBalances]()) { $0.append($1) }
            }
            #expect(found.count == 20)
            #expect(Set(found.map(\.total)).count == 1)
        }
    }

    @Test func finalizingTwiceIsFinalizingOnce() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            try await carry(run, 10, into: chain)
            let nodes = chain.choice.snapshot.nodes
            let middle = try #require(nodes.first { $0.slot >= 8 } ?? nodes.last)
            let checkpoint = Checkpoint(epoch: middle.slot / run.spec.preset.slotsPerEpoch, root: middle.root)
            await withTaskGroup { group in
                for _ in 0..<8 { group.addTask { chain.finalize(checkpoint, pruned: []) } }
                await group.waitForAll()
            }
            await chain.settleStates()
            #expect(chain.recorder.base == middle.root)
            let tally = chain.stateTally
            #expect(tally.whole + tally.differences == 1 && tally.failures == 0, "\(tally)")
            #expect(try await chain.store.storedStates().elements.map(\.root) == [run.anchor.blockRoot, middle.root])
            #expect(try await chain.store.finalized()?.epoch == checkpoint.epoch)
            #expect(try await chain.store.anchor()?.blockRoot == middle.root)
            #expect(chain.tree.snapshot().treeRoot == middle.root)
        }
    }

    /// Closing while blocks wait ends every wait.
    @Test func closingLetsGoOfAllWhoWait() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            let ends = await withTaskGroup { group in
                for message in run.blocks[1..<40] {
                    group.addTask { await BlockTask(chain: chain).run(message).state }
                }
                #expect(await eventually { chain.tree.counts().waiters == 39 })
                chain.tree.close()
                return await group.reduce(into: [Lifecycle]()) { $0.append($1) }
            }
            #expect(ends == Array(repeating: .evicted(.shutdown), count: 39))
            #expect(chain.tree.counts().waiters == 0)
            #expect(chain.metrics.transitions == 0)
        }
    }
}
