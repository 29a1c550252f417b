import ChainStore
import ChainTestSupport
import Concurrency
import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import Snappy
import StateTransition
import TestSupport
import Testing

@testable import BlockPipeline

/// An engine that refuses the payloads it was told to refuse.
private final class RefusingEngine: ExecutionEngine {
    let refused = Guarded<Set<Hash32>>([])

    func verifyAndNotifyNewPayload(_ request: NewPayloadRequest) -> Bool {
        !refused.withLock { $0.contains(request.executionPayload.blockHash) }
    }
}

/// Payloads that come apart from their blocks, on the stream through every fork.
@Suite struct EnvelopeTests {
    private let run: RecordedRun
    /// The first block since gloas; its payload is revealed, and the next block builds on it.
    private let first: Int
    private let parent: DecodedBlock
    private let child: DecodedBlock
    private let envelope: PayloadMessage

    init() throws {
        run = try RecordedRun(fixture: "every-fork")
        first = try #require(run.envelopes.keys.min())
        parent = try run.decoded(first)
        child = try run.decoded(first + 1)
        envelope = try #require(run.envelopes[first])
    }

    /// A chain that has all blocks up to and with the first since gloas.
    private func withChain(
        upTo count: Int? = nil,
        _ change: (inout ChainOptions) -> Void = { _ in },
        _ body: (Chain) async throws -> Void
    ) async throws {
        try await run.withChain {
            $0.assumed = .all
            change(&$0)
        } _: { chain in
            for number in 0..<(count ?? first + 1) {
                let outcome = await BlockTask(chain: chain).run(run.blocks[number])
                try #require(outcome.state == .included, "\(number): \(outcome.record.reasonText)")
            }
            try await body(chain)
        }
    }

    @Test func aBlockWaitsForThePayloadItBuildsOn() async throws {
        try await withChain { chain in
            async let waiting = BlockTask(chain: chain).run(run.blocks[first + 1])
            #expect(await eventually { chain.payloads.waitingBlocks == [child.root: parent.root] })
            #expect(chain.choice.snapshot.head.root == parent.root)
            let came = await PayloadTask(chain: chain).run(envelope)
            #expect(came.state == .included)
            #expect(came.blockRoot == parent.root && came.slot == parent.slot)
            let outcome = await waiting
            #expect(outcome.state == .included)
            #expect(outcome.record.durations[.payload] ?? 0 > 0)
            #expect(chain.payloads.waitingBlocks.isEmpty)
            #expect(chain.choice.snapshot.head.root == child.root)
            #expect(try await chain.store.envelope(parent.root) == Snappy.uncompress(envelope.bytes, maximum: 1 << 24))
            // Spec: `notify_ptc_messages`: the child says that its parent's payload was there.
            #expect(!child.block.body.payloadAttestations.isEmpty)
            let votes = try #require(await chain.choice.payloadTimelinessVote(parent.root))
            #expect(votes.contains(true) && !votes.contains(false))
        }
    }

    @Test func anEnvelopeWaitsForItsBlock() async throws {
        try await withChain(upTo: first) { chain in
            async let waiting = PayloadTask(chain: chain).run(envelope)
            #expect(await eventually { chain.payloads.waitingEnvelopes == 1 && !chain.payloads.isStirring })
            #expect(await BlockTask(chain: chain).run(run.blocks[first]).state == .included)
            #expect(await waiting.state == .included)
            #expect(chain.payloads.waitingEnvelopes == 0)
            let next = await BlockTask(chain: chain).run(run.blocks[first + 1])
            #expect(next.state == .included)
            #expect(next.record.durations[.payload] == nil)
        }
    }

    @Test func ofManyCopiesOneCounts() async throws {
        try await withChain { chain in
            let states = await withTaskGroup(of: PayloadOutcome.State.self) { group in
                for _ in 0..<40 { group.addTask { [envelope] in await PayloadTask(chain: chain).run(envelope).state } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(states.count { $0 == .included } == 1)
            #expect(states.count { $0 == .duplicate } == 39)
        }
    }

    @Test func aForgedCopyHarmsNobody() async throws {
        try await withChain {
            $0.assumed = .none
        } _: { chain in
            async let waiting = BlockTask(chain: chain).run(run.blocks[first + 1])
            #expect(await eventually { !chain.payloads.waitingBlocks.isEmpty })
            var forged = try Snappy.uncompress(envelope.bytes, maximum: 1 << 24)
            // The signature stands behind the offset of the message.
            forged[10] ^= 1
            let outcome = await PayloadTask(chain: chain).run(PayloadMessage(bytes: forged, encoding: .ssz))
            guard case .invalid(let why) = outcome.state else { throw Unexpected(outcome.state) }
            #expect(why.contains("verify_execution_payload_envelope_signature"))
            #expect(try await chain.store.envelope(parent.root) == nil)
            // The end of any envelope wakes the child, which looks and goes on waiting.
            #expect(await eventually { chain.payloads.waitingBlocks == [child.root: parent.root] })
            #expect(await PayloadTask(chain: chain).run(envelope).state == .included)
            #expect(await waiting.state == .included)
        }
    }

    @Test func aRefusedPayloadTakesDownWhatBuildsOnIt() async throws {
        let engine = RefusingEngine()
        try await withChain {
            $0.engine = engine
        } _: { chain in
            engine.refused.withLock { _ = $0.insert(parent.block.body.signedExecutionPayloadBid.message.blockHash) }
            async let waiting = BlockTask(chain: chain).run(run.blocks[first + 1])
            #expect(await eventually { !chain.payloads.waitingBlocks.isEmpty })
            guard case .invalid = await PayloadTask(chain: chain).run(envelope).state else {
                throw Unexpected(.included)
            }
            let outcome = await waiting
            #expect(outcome.state == .invalid(.executionPayload, at: .payload))
            #expect(outcome.record.reasonText.contains("\(parent.root)"))
            // The block itself stands, without its payload.
            #expect(chain.tree.state(of: parent.root) == .included)
            #expect(chain.choice.snapshot.head.root == parent.root)
            #expect(chain.choice.snapshot.headPayloadStatus == .empty)
            // Its grandchild falls, too.
            let next = await BlockTask(chain: chain).run(run.blocks[first + 2])
            guard case .invalid = next.state else { throw Unexpected(.included) }
        }
    }

    @Test func theWaitIsBounded() async throws {
        let clock = TestClock(now: 1 << 40)
        try await withChain {
            $0.clock = clock
            $0.payloads.waitMs = 500
        } _: { chain in
            let before = clock.sleeping
            async let waiting = BlockTask(chain: chain).run(run.blocks[first + 1])
            #expect(await eventually { clock.sleeping > before })
            clock.advance(by: 500)
            let outcome = await waiting
            #expect(outcome.state == .expired)
            #expect(outcome.record.reasonText.contains("envelope of block \(parent.root)"))
            #expect(chain.payloads.waitingBlocks.isEmpty)
            // Nothing is held against it.
            #expect(await PayloadTask(chain: chain).run(envelope).state == .included)
            #expect(await BlockTask(chain: chain).run(run.blocks[first + 1]).state == .included)
        }
    }

    @Test func oneTooManyIsLateAtOnce() async throws {
        try await withChain {
            $0.payloads.blocks = 0
            $0.payloads.bytes = 1
        } _: { chain in
            #expect(await BlockTask(chain: chain).run(run.blocks[first + 1]).state == .expired)
            let number = try #require(run.envelopes.keys.filter { $0 > first }.min())
            let early = await PayloadTask(chain: chain).run(try #require(run.envelopes[number]))
            guard case .expired = early.state else { throw Unexpected(early.state) }
        }
    }

    @Test func aCancelledWaitLeavesNothingBehind() async throws {
        try await withChain { chain in
            let number = try #require(run.envelopes.keys.filter { $0 > first }.min())
            let early = try #require(run.envelopes[number])
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [run, first] in _ = await BlockTask(chain: chain).run(run.blocks[first + 1]) }
                group.addTask { _ = await PayloadTask(chain: chain).run(early) }
                #expect(await eventually { chain.payloads.waitingBlocks.count + chain.payloads.waitingEnvelopes == 2 })
                group.cancelAll()
            }
            #expect(chain.payloads.waitingBlocks.isEmpty)
            #expect(chain.payloads.payloads.count == 0)
            #expect(chain.payloads.waitingEnvelopes == 0)
            #expect(await PayloadTask(chain: chain).run(envelope).state == .included)
            #expect(await BlockTask(chain: chain).run(run.blocks[first + 1]).state == .included)
        }
    }

    @Test func damagedEnvelopesAreRefused() async throws {
        var random = SplitMix64(seed: 7)
        try await withChain { chain in
            let whole = try Snappy.uncompress(envelope.bytes, maximum: 1 << 24)
            for round in 0..<60 {
                var bytes = whole
                if round.isMultiple(of: 2) {
                    bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
                } else {
                    // Offsets of the envelope and its payload.
                    bytes[[0, 100, 104].randomElement(using: &random) ?? 0] ^= UInt8.random(in: 1...255, using: &random)
                }
                let outcome = await PayloadTask(chain: chain).run(PayloadMessage(bytes: bytes, encoding: .ssz))
                guard case .invalid = outcome.state else { throw Unexpected(outcome.state) }
            }
            let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x07, 0]
            guard case .invalid = await PayloadTask(chain: chain).run(PayloadMessage(bytes: huge)).state else {
                throw Unexpected(.included)
            }
        }
    }
}

private struct Unexpected: Error {
    let state: PayloadOutcome.State

    init(_ state: PayloadOutcome.State) { self.state = state }
}
