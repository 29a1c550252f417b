import ChainTestSupport
import Concurrency
import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import SSZ
import StateTransition
import Testing

@testable import BlockPipeline

/// An engine that says what it was told to say, and is syncing otherwise.
private final class ScriptedJudge: PayloadJudge {
    struct Broken: Error {}

    enum Line { case verdict(PayloadVerdict), silence }

    private let script = Guarded<[Hash32: Line]>([:])
    private let asked = Guarded<[Hash32]>([])

    var askedFor: [Hash32] { asked.withLock { $0 } }

    func say(_ line: Line, of hash: Hash32) { script.withLock { $0[hash] = line } }

    func judge(_ request: NewPayloadRequest) throws -> PayloadVerdict {
        let hash = request.executionPayload.blockHash
        asked.withLock { $0.append(hash) }
        switch script.withLock({ $0[hash] }) {
        case .verdict(let verdict): return verdict
        case .silence: throw Broken()
        case nil: return .notValidated
        }
    }
}

@Suite struct PayloadTests {
    private let run: RecordedRun
    private let engine = ScriptedJudge()
    private let blocks: [DecodedBlock]

    init() throws {
        run = try RecordedRun(fixture: "fulu-linear")
        blocks = try (0..<8).map { [run] in try run.decoded($0) }
    }

    private func hash(_ number: Int) -> Hash32 { blocks[number].block.body.executionPayload.blockHash }

    private func carry(_ numbers: Range<Int>, into chain: Chain) async throws {
        for number in numbers {
            let outcome = await BlockTask(chain: chain).run(run.blocks[number])
            try #require(outcome.state == .included, "\(outcome.record.reasonText)")
        }
    }

    private func withChain(_ body: (Chain) async throws -> Void) async throws {
        try await run.withChain {
            $0.engine = engine
            $0.assumed = .all
        } _: {
            try await body($0)
        }
    }

    @Test func aValidPayloadVouchesForThoseBeforeIt() async throws {
        try await withChain { chain in
            #expect(!chain.choice.snapshot.isHeadOptimistic)
            try await carry(0..<3, into: chain)
            #expect(chain.choice.snapshot.isHeadOptimistic)
            engine.say(.verdict(.valid), of: hash(3))
            try await carry(3..<5, into: chain)
            let statuses = chain.choice.snapshot.nodes.map(\.execution)
            #expect(statuses == [.valid, .valid, .valid, .valid, .valid, .notValidated])
            // The engine catches up later.
            try await chain.judge(.valid, of: blocks[4].root)
            #expect(!chain.choice.snapshot.isHeadOptimistic)
            await #expect(throws: ForkChoiceError.payloadContradiction(blocks[4].root)) {
                try await chain.judge(.invalid(latestValidHash: nil), of: blocks[4].root)
            }
        }
    }

    @Test func anInvalidPayloadTakesDownAllSinceTheLatestValidOne() async throws {
        engine.say(.verdict(.invalid(latestValidHash: hash(1))), of: hash(5))
        try await withChain { chain in
            try await carry(0..<5, into: chain)
            let outcome = await BlockTask(chain: chain).run(run.blocks[5])
            #expect(outcome.state == .invalid(.executionPayload, at: .transition))
            #expect(chain.choice.snapshot.head.root == blocks[1].root)
            #expect(chain.tree.state(of: blocks[1].root) == .included)
            #expect(chain.tree.state(of: blocks[2].root) == .invalid(.executionPayload, at: .transition))
            for number in 3...4 {
                guard case .invalid(.ancestor(let first), _) = chain.tree.state(of: blocks[number].root) else {
                    Issue.record("\(chain.tree.state(of: blocks[number].root) as Any)")
                    continue
                }
                #expect(first == blocks[2].root)
            }
            // What builds on it is refused without asking anybody.
            let before = engine.askedFor.count
            let child = await BlockTask(chain: chain).run(run.blocks[6])
            guard case .invalid = child.state else {
                Issue.record("\(child.state)")
                return
            }
            #expect(engine.askedFor.count == before)
        }
    }

    @Test func aLateVerdictMovesTheHead() async throws {
        try await withChain { chain in
            try await carry(0..<5, into: chain)
            try await chain.judge(.invalid(latestValidHash: hash(2)), of: blocks[4].root)
            #expect(chain.choice.snapshot.head.root == blocks[2].root)
            #expect(chain.tree.state(of: blocks[3].root) == .invalid(.executionPayload, at: .transition))
            let twice = try await chain.choice.judge(.invalid(latestValidHash: hash(2)), of: blocks[4].root)
            #expect(twice.refused == [])
        }
    }

    /// An engine that does not answer says nothing of the block, which may come again.
    @Test func anEngineThatFailsCondemnsNothing() async throws {
        engine.say(.silence, of: hash(1))
        try await withChain { chain in
            try await carry(0..<1, into: chain)
            let outcome = await BlockTask(chain: chain).run(run.blocks[1])
            #expect(outcome.state == .evicted(.forgotten))
            guard case .engine = outcome.error else {
                Issue.record("\(outcome.error as Any)")
                return
            }
            engine.say(.verdict(.valid), of: hash(1))
            try await carry(1..<2, into: chain)
            #expect(!chain.choice.snapshot.isHeadOptimistic)
        }
    }

    /// States are rebuilt from blocks that were judged before.
    @Test func rebuildingAStateAsksNobody() async throws {
        try await withChain { chain in
            try await carry(0..<4, into: chain)
            let before = engine.askedFor.count
            chain.states.cache.remove(chain.choice.snapshot.nodes.map(\.root))
            _ = try await chain.states.state(after: blocks[3].root)
            #expect(engine.askedFor.count == before)
        }
    }

    /// Two verdicts at once end where one after the other would.
    @Test func twoVerdictsAtOnceAgree() async throws {
        try await withChain { chain in
            try await carry(0..<6, into: chain)
            async let low: Void = chain.judge(.invalid(latestValidHash: nil), of: blocks[2].root)
            async let high: Void = chain.judge(.invalid(latestValidHash: hash(3)), of: blocks[5].root)
            _ = try await (low, high)
            #expect(chain.choice.snapshot.head.root == blocks[1].root)
            #expect(chain.choice.snapshot.nodes.filter { $0.execution == .invalidated }.count == 4)
            #expect(chain.tree.state(of: blocks[2].root) == .invalid(.executionPayload, at: .transition))
        }
    }
}
