import BlockPipeline
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

@testable import GossipIngest

/// Messages through the ingest: copies, cancellation, bounds.
@Suite struct IngestTests {
    @Test func aThousandCopiesAtOnceCostOneTransition() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            let ingest = GossipIngest(chain: chain)
            let ends = await withTaskGroup { group in
                for _ in 0..<1_000 { group.addTask { await ingest.take(run.blocks[0]).state.name } }
                return await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(chain.metrics.transitions == 1)
            #expect(ends == ["included": 1, "duplicate": 999])
            #expect(ingest.counts.admitted == 1)
            #expect(ingest.counts.duplicates == 999)
        }
    }

    /// Some blocks are in, others wait, others have not begun: all tasks end, nobody waits, and a new run goes on.
    @Test func cancellationLeavesNobodyWaiting() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            let ingest = GossipIngest(chain: chain)
            // Slots 3 and later wait for a block that does not come.
            let blocks = run.blocks[..<2] + run.blocks[3..<40]
            let task = Task {
                let (stream, continuation) = AsyncStream.makeStream(of: BlockMessage.self)
                for block in blocks { continuation.yield(block) }
                // Not finished: the source waits for more.
                try await ingest.run(stream) { _, _ in }
                continuation.finish()
            }
            #expect(await eventually { chain.tree.counts().waiters == 37 && chain.metrics.transitions == 2 })
            task.cancel()
            _ = await task.result
            #expect(chain.tree.counts().waiters == 0)
            #expect(chain.tree.counts().live == 0)

            let (stream, continuation) = AsyncStream.makeStream(of: BlockMessage.self)
            for block in run.blocks[..<40] { continuation.yield(block) }
            continuation.finish()
            try await ingest.run(stream) { _, _ in }
            #expect(try chain.choice.snapshot.head.root == run.decoded(39).root)
            #expect(chain.tree.counts().waiters == 0)
        }
    }

    /// Cancelled at any point, also in the middle of transitions.
    @Test func cancellationAtRandomMomentsLeavesNobodyWaiting() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let last = try run.decoded(23).root
        var random = SplitMix64(seed: 6)
        for round in 0..<8 {
            let order = run.blocks[..<24].shuffled(using: &random)
            let moment = UInt64.random(in: 0...20, using: &random)
            try await run.withChain { chain in
                let ingest = GossipIngest(chain: chain)
                let task = Task {
                    let (stream, continuation) = AsyncStream.makeStream(of: BlockMessage.self)
                    for block in order { continuation.yield(block) }
                    continuation.finish()
                    try await ingest.run(stream) { _, _ in }
                }
                #expect(await eventually { chain.metrics.transitions >= moment })
                task.cancel()
                _ = await task.result
                #expect(chain.tree.counts().waiters == 0, "round \(round)")
                #expect(chain.tree.counts().live == 0, "round \(round)")
                for block in run.blocks[..<24] { _ = await ingest.take(block) }
                #expect(chain.choice.snapshot.head.root == last, "round \(round)")
            }
        }
    }

    @Test func aMessageThatIsTooLargeIsNotLookedInto() async throws {
        let run = try RecordedRun(fixture: "fulu-checkpoint")
        try await run.withChain { chain in
            var limits = IngestLimits()
            limits.messageBytes = run.blocks[0].bytes.count - 1
            let ingest = GossipIngest(chain: chain, limits: limits)
            let outcome = await ingest.take(run.blocks[0])
            #expect(outcome.state == .invalid(.malformed, at: .decompress))
            #expect(outcome.record.reasonText.contains("\(run.blocks[0].bytes.count)"))
            #expect(ingest.counts.tooLarge == 1)
            #expect(chain.metrics.transitions == 0)
        }
    }

    /// With room for one block at a time, a stream in reverse still comes to its end: who waits makes room.
    @Test func blocksThatWaitForNobodyKnowsWhomMakeRoom() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            var limits = IngestLimits()
            limits.inFlight = 1
            let ingest = GossipIngest(chain: chain, limits: limits)
            let (stream, continuation) = AsyncStream.makeStream(of: BlockMessage.self)
            for block in run.blocks[..<20].reversed() { continuation.yield(block) }
            continuation.finish()
            try await ingest.run(stream) { _, outcome in
                guard case .block(let outcome) = outcome else { return }
                #expect(outcome.state == .included)
            }
            #expect(try chain.choice.snapshot.head.root == run.decoded(19).root)
        }
    }

    /// A source is not read further ahead than there are places, however small its blocks.
    @Test func aSourceIsReadNoFurtherThanThereArePlaces() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let roots = try run.blocks.indices.map { try run.decoded($0).root }
        try await run.withChain { chain in
            var limits = IngestLimits()
            limits.inFlight = 4
            let counts = Guarded((taken: 0, ended: 0, furthest: 0))
            let blocks = run.blocks
            let stream = AsyncStream<BlockMessage>(unfolding: {
                let number = counts.withLock { $0.taken }
                // Each behind its parent: one that is here before it is an orphan, and counts for nobody.
                if number > 0 { _ = await eventually { chain.tree.node(roots[number - 1])?.isOrphan == false } }
                guard number < blocks.count else { return nil }
                counts.withLock { counts in
                    counts.taken += 1
                    counts.furthest = max(counts.furthest, counts.taken - counts.ended)
                }
                return blocks[number]
            })
            try await GossipIngest(chain: chain, limits: limits).run(stream) { _, outcome in
                guard case .block(let outcome) = outcome else { return }
                #expect(outcome.state == .included)
                counts.withLock { $0.ended += 1 }
            }
            // One more is taken before its place is asked for.
            #expect(counts.withLock { $0.furthest } <= limits.inFlight + 1)
            #expect(counts.withLock { $0.ended } == blocks.count)
        }
    }

    /// Of a block that waits its fields stay in memory: not the message, not the encoding that was stored, and a
    /// task whose frames are small.
    @Test(.enabled(if: Heap.isMeasured, "skipped: heap of waiting blocks: not told under Thread Sanitizer"))
    func whatWaitsIsInMemoryOnce() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let (count, size) = (64, 256 << 10)
        let first = try run.decoded(0).signed
        var store = StoreConfiguration()
        store.cacheBytes = 0
        try await run.withChain(configuration: store) {
            $0.assumed = .all
        } _: { chain in
            // Made when they are taken: the stream holds none of them.
            let made = Guarded(0)
            let spec = run.spec
            let stream = AsyncStream<BlockMessage>(unfolding: {
                let number = made.withLock { made in
                    defer { made += 1 }
                    return made
                }
                guard number < count else { return nil }
                var block = first
                block.message.slot += UInt64(number)
                block.message.parentRoot = SHA256.hash([7])
                block.message.body.executionPayload.transactions = [[UInt8](repeating: 0, count: size)]
                return BlockMessage(ssz: block.encoded(in: spec.context(spec.fork(atSlot: block.message.slot))))
            })
            // What is made once, by the first block that comes this far.
            _ = await GossipIngest(chain: chain).take(run.blocks[0])
            let before = Heap.inUse
            try await withThrowingTaskGroup { group in
                group.addTask { try await GossipIngest(chain: chain).run(stream) { _, _ in } }
                #expect(await eventually { chain.tree.counts().waiters == count })
                let each = (Heap.inUse - before) / count
                #expect(each >= size, "\(each) bytes a block")
                // The second is the store's, which lies in memory here.
                #expect(each < 2 * size + size / 2, "\(each) bytes a block")
                chain.tree.close()
                try await group.waitForAll()
            }
        }
    }
}
