import BlockPipeline
import ChainTestSupport
import ForkChoice
import ForkTree
import TestSupport
import Testing

/// The same block many times at once, handed to the pipeline without an admission in front.
@Suite struct CopiesTests {
    private static let copies = 1_000

    @Test func aThousandCopiesAtOnceCostOneTransition() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        try await run.withChain { chain in
            let ends = await Self.deliver(Array(repeating: run.blocks[0], count: Self.copies), to: chain)
            #expect(chain.metrics.transitions == 1)
            #expect(ends == ["included": 1, "duplicate": Self.copies - 1])
            #expect(chain.tree.counts().waiters == 0)
            #expect(chain.tree.counts().live == 0)
        }
    }

    /// Copies whose signature is forged are told apart from the good one, and cost no transition.
    @Test func forgedCopiesNeitherReplaceNorPoisonTheGoodOne() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let ssz = try run.ssz(0)
        let good = try run.decoded(0).root
        var random = SplitMix64(seed: 3)
        let forged = (0..<200).map { _ in
            var copy = ssz
            // Behind the offset and the three bits that say how a point is written.
            copy[Int.random(in: 6..<100, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            return BlockMessage(ssz: copy)
        }
        let messages = (forged + Array(repeating: BlockMessage(ssz: ssz), count: 200)).shuffled(using: &random)
        try await run.withChain { chain in
            let ends = await Self.deliver(messages, to: chain)
            #expect(chain.metrics.transitions == 1)
            #expect(ends["included"] == 1)
            // A forged copy that comes late finds its root included and is a duplicate; none is let in.
            #expect(ends["invalid", default: 0] + ends["duplicate", default: 0] == messages.count - 1)
            #expect(chain.choice.snapshot.head.root == good)
        }
    }

    private static func deliver(_ messages: [BlockMessage], to chain: Chain) async -> [String: Int] {
        await withTaskGroup { group in
            for message in messages {
                group.addTask { await BlockTask(chain: chain).run(message).state.name }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }
}
