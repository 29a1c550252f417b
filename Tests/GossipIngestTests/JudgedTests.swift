import BlockPipeline
import ChainTestSupport
import Concurrency
import ConsensusTypes
import Dispatch
import ForkChoice
import ForkTree
import GossipIngest
import GossipValidation
import Hashing
import SSZ
import Snappy
import StateTransition
import TestSupport
import Testing

/// What a source is told before a block is included.
@Suite struct JudgedTests {
    /// What was answered, in order, and how many transitions had begun by then.
    private final class Answers: Sendable {
        let all = Guarded<[(verdict: GossipVerdict, transitions: UInt64)]>([])
        let byMessage = Guarded<[[UInt8]: [GossipVerdict]]>([:])
        let chain: Chain

        init(_ chain: Chain) { self.chain = chain }

        var verdicts: [GossipVerdict] { all.withLock { $0.map(\.verdict) } }

        func take(_ verdict: GossipVerdict, of bytes: [UInt8]) {
            byMessage.withLock { $0[bytes, default: []].append(verdict) }
            take(verdict)
        }

        func take(_ verdict: GossipVerdict) {
            let transitions = chain.metrics.transitions
            all.withLock { $0.append((verdict, transitions)) }
        }
    }

    /// Across epochs and forks as well, and on payloads that come apart from their blocks.
    @Test(arguments: ["fulu-linear", "electra-to-fulu", "every-fork"])
    func everyBlockIsAnsweredBeforeItsTransition(_ fixture: String) async throws {
        let run = try RecordedRun(fixture: fixture)
        try await run.withChain { chain in
            let (ingest, answers) = (GossipIngest(chain: chain), Answers(chain))
            for (number, block) in run.blocks.enumerated() {
                let outcome = await ingest.take(block) { answers.take($0) }
                #expect(outcome.state == .included)
                let last = answers.all.withLock { $0.last }
                #expect(last?.verdict == .accept, "block \(number)")
                #expect(last?.transitions == UInt64(number), "block \(number)")
                guard let envelope = run.envelopes[number] else { continue }
                #expect(await ingest.take(envelope).state == .included)
            }
            #expect(answers.verdicts.count == run.blocks.count)
        }
    }

    /// Two blocks since gloas, the second on the first one's payload.
    private struct PayloadPair {
        let run: RecordedRun
        let first: Int
        let envelope: PayloadMessage

        init() throws {
            run = try RecordedRun(fixture: "every-fork")
            first = try #require(run.envelopes.keys.min())
            envelope = try #require(run.envelopes[first])
        }

        /// A chain that has the first block, and an engine that is slow from then on.
        func withChain(_ engine: SlowEngine, _ body: (Chain, GossipIngest, Answers) async throws -> Void) async throws {
            try await run.withChain {
                $0.engine = engine
            } _: { chain in
                let ingest = GossipIngest(chain: chain)
                for number in 0...first { try #require(await ingest.take(run.blocks[number]).state == .included) }
                engine.isSlow.withLock { $0 = true }
                try await body(chain, ingest, Answers(chain))
            }
        }
    }

    /// An engine that keeps whoever asks until it is told what to say.
    private final class SlowEngine: PayloadJudge {
        struct Silence: Error {}

        let isSlow = Guarded(false)
        private let asked = Guarded(0)
        private let answers = Guarded<[Result<PayloadVerdict, Silence>]>([])
        private let rung = DispatchSemaphore(value: 0)

        var questions: Int { asked.withLock { $0 } }

        func judge(_ request: NewPayloadRequest) throws -> PayloadVerdict {
            guard isSlow.withLock({ $0 }) else { return .valid }
            asked.withLock { $0 += 1 }
            guard rung.wait(timeout: .now() + 100) == .success else { throw Silence() }
            return try answers.withLock { $0.removeFirst() }.get()
        }

        func answer(_ answer: Result<PayloadVerdict, Silence>) {
            isSlow.withLock { $0 = false }
            answers.withLock { $0.append(answer) }
            rung.signal()
        }
    }

    @Test func aBlockBeforeItsParentsEnvelopeIsIgnoredAtOnceAndKept() async throws {
        let pair = try PayloadPair()
        try await pair.withChain(SlowEngine()) { chain, ingest, answers in
            async let waiting = ingest.take(pair.run.blocks[pair.first + 1]) { answers.take($0) }
            #expect(await eventually { answers.verdicts == [.ignore(.parentPayloadIsNotVerified)] })
            #expect(await eventually { chain.payloads.waitingBlocks.count == 1 })
            chain.payloads.close()
            _ = await waiting
            #expect(answers.verdicts.count == 1)
        }
    }

    /// The answer waits while the payload is being verified: it is here, only not looked at yet.
    @Test func aBlockIsJudgedBehindAnEnvelopeUnderWay() async throws {
        let (pair, engine) = (try PayloadPair(), SlowEngine())
        try await pair.withChain(engine) { chain, ingest, answers in
            async let envelope = ingest.take(pair.envelope)
            try #require(await eventually { engine.questions == 1 })
            async let child = ingest.take(pair.run.blocks[pair.first + 1]) { answers.take($0) }
            #expect(await eventually { chain.payloads.waitingBlocks.count == 1 })
            #expect(answers.verdicts.isEmpty)
            engine.answer(.success(.valid))
            #expect(await envelope.state == .included)
            #expect(await child.state == .included)
            #expect(answers.verdicts == [.accept])
        }
    }

    /// An envelope that comes to nothing delays no answer for longer than it takes itself.
    @Test func aBlockBehindAnEnvelopeThatFailsIsIgnoredAndKept() async throws {
        let (pair, engine) = (try PayloadPair(), SlowEngine())
        try await pair.withChain(engine) { chain, ingest, answers in
            async let failing = ingest.take(pair.envelope)
            try #require(await eventually { engine.questions == 1 })
            async let child = ingest.take(pair.run.blocks[pair.first + 1]) { answers.take($0) }
            #expect(await eventually { chain.payloads.waitingBlocks.count == 1 })
            #expect(answers.verdicts.isEmpty)
            engine.answer(.failure(SlowEngine.Silence()))
            guard case .failed = await failing.state else { throw SlowEngine.Silence() }
            #expect(await eventually { answers.verdicts == [.ignore(.parentPayloadIsNotVerified)] })
            #expect(await eventually { chain.payloads.waitingBlocks.count == 1 })
            #expect(await ingest.take(pair.envelope).state == .included)
            #expect(await child.state == .included)
            #expect(answers.verdicts.count == 1)
        }
    }

    @Test func aBlockBeforeItsParentIsIgnoredAndKept() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            let (ingest, early, late) = (GossipIngest(chain: chain), Answers(chain), Answers(chain))
            async let waiting = ingest.take(run.blocks[1]) { early.take($0) }
            #expect(await eventually { early.verdicts == [.ignore(.blocksParentHasNotBeenSeen)] })
            #expect(chain.metrics.transitions == 0)
            let first = await ingest.take(run.blocks[0]) { late.take($0) }
            #expect(first.state == .included)
            #expect(await waiting.state == .included)
            #expect(early.verdicts.count == 1)
            #expect(late.verdicts == [.accept])
        }
    }

    @Test func whatIsNoNewBlockIsAnsweredToo() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let ssz = try run.ssz(0)
        try await run.withChain { chain in
            let (ingest, answers) = (GossipIngest(chain: chain), Answers(chain))
            func take(_ bytes: [UInt8], _ encoding: BlockMessage.Encoding = .ssz) async {
                let message = BlockMessage(bytes: bytes, encoding: encoding, origin: .socket, receivedAt: 0)
                _ = await ingest.take(message) { answers.take($0) }
            }
            var forged = ssz
            forged[40] ^= 1
            await take([1, 2, 3])
            await take(Array(ssz.dropLast()))
            await take(forged)
            #expect(chain.metrics.transitions == 0)
            await take(ssz)
            await take(ssz)
            _ = await ingest.take(run.blocks[0]) { answers.take($0) }
            #expect(chain.metrics.transitions == 1)
            #expect(
                answers.verdicts == [
                    .reject(.messageIsMalformed), .reject(.messageIsMalformed), .reject(.invalidProposerSignature),
                    .accept, .ignore(.messageIsKnown), .ignore(.messageIsKnown),
                ]
            )
        }
    }

    /// A block that another validator than the slot's proposer made is rejected, and its child with it.
    @Test func aWrongProposerIsRejectedBeforeTheTransition() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain {
            $0.assumed = .all
        } _: { chain in
            let (ingest, answers) = (GossipIngest(chain: chain), Answers(chain))
            let wrong = try run.changed(0) { $0.proposerIndex = ($0.proposerIndex + 1) % 8 }
            let root = wrong.message.hashTreeRoot(in: run.spec.context(.fulu))
            let child = try run.changed(1) { $0.parentRoot = root }
            #expect(await ingest.take(run.message(wrong)) { answers.take($0) }.state != .included)
            #expect(answers.verdicts == [.reject(.blockProposerIndexDoesNotMatchExpectedProposer)])
            #expect(answers.all.withLock { $0.last }?.transitions == 0)
            #expect(await ingest.take(run.message(child)) { answers.take($0) }.state != .included)
            #expect(answers.verdicts.last != .accept)
        }
    }

    /// Of two blocks of one slot and proposer one is passed on, however they race; both are carried through.
    @Test func ofTwoProposalsAtOnceOneIsAccepted() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let copies = try (0..<6).map { number in
            run.message(try run.changed(0) { $0.body.graffiti = SHA256.hash([UInt8(number)]) })
        }
        for round in 0..<4 {
            try await run.withChain {
                $0.assumed = .all
            } _: { chain in
                let (ingest, answers) = (GossipIngest(chain: chain), Answers(chain))
                await withTaskGroup { group in
                    for copy in copies { group.addTask { _ = await ingest.take(copy) { answers.take($0) } } }
                }
                let verdicts = answers.verdicts
                #expect(verdicts.count == copies.count, "round \(round)")
                #expect(verdicts.filter { $0 == .accept }.count == 1, "round \(round)")
                #expect(
                    verdicts.filter { $0 == .ignore(.blockIsNotTheFirstValidBlockForThisSlotAndProposer) }.count
                        == copies.count - 1,
                    "round \(round)"
                )
            }
        }
    }

    /// A message known by its bytes.
    private struct Recorded: IngestedMessage {
        let block: BlockMessage
        var content: IngestedContent { .block(block) }
        var label: [UInt8] { block.bytes }
    }

    /// A stream with forks and equivocations: every message is answered once, and no proposal passed on twice.
    @Test func noProposalOfAForkyStreamIsPassedOnTwice() async throws {
        let run = try RecordedRun(fixture: "fulu-forky")
        try await run.withChain { chain in
            // One at a time: a child whose forged parent vanishes meanwhile would be answered only when it expires.
            var limits = IngestLimits()
            limits.inFlight = 1
            let (ingest, answers) = (GossipIngest(chain: chain, limits: limits), Answers(chain))
            let (stream, continuation) = AsyncStream.makeStream(of: Recorded.self)
            for block in run.blocks { continuation.yield(Recorded(block: block)) }
            continuation.finish()
            async let done: Void = ingest.run(
                stream,
                judged: { bytes, verdict in answers.take(verdict, of: bytes) },
                report: { _, _ in }
            )
            #expect(await eventually { answers.verdicts.count >= run.blocks.count })
            // Lets go of what waits for blocks that are not in the stream.
            chain.tree.close()
            try await done
            var accepted: Set<[UInt64]> = []
            for (bytes, verdicts) in answers.byMessage.withLock({ $0 }) {
                let copies = run.blocks.filter { $0.bytes == bytes }.count
                #expect(verdicts.count == copies)
                guard verdicts.contains(.accept) else { continue }
                #expect(verdicts.filter { $0 == .accept }.count == 1)
                let block = try DecodedBlock(ssz: Snappy.uncompress(bytes, maximum: 1 << 24), spec: run.spec).block
                #expect(accepted.insert([block.slot, block.proposerIndex]).inserted, "slot \(block.slot)")
            }
            #expect(answers.verdicts.count == run.blocks.count)
            #expect(accepted.count > 20)
            #expect(answers.verdicts.contains(.ignore(.blockIsNotTheFirstValidBlockForThisSlotAndProposer)))
        }
    }
}

extension RecordedRun {
    /// A block as recorded, with something else in it.
    fileprivate func changed(_ number: Int, _ change: (inout BeaconBlock) -> Void) throws -> SignedBeaconBlock {
        var signed = try decoded(number).signed
        change(&signed.message)
        return signed
    }

    fileprivate func message(_ signed: SignedBeaconBlock) -> BlockMessage {
        let ssz = signed.encoded(in: spec.context(spec.fork(atSlot: signed.message.slot)))
        return BlockMessage(bytes: ssz, encoding: .ssz, origin: .socket, receivedAt: 0)
    }
}
