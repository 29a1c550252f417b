import ChainTestSupport
import ConsensusTypes
import ForkChoice
import ForkTree
import Testing

@testable import BlockPipeline

/// The next epoch's first state, made before a block asks for it.
@Suite struct PreparedStateTests {
    private let run: RecordedRun
    private let blocks: [DecodedBlock]
    /// The number of the first block of some epoch, whose parent is of the epoch before.
    private let first: Int
    private let epoch: Epoch

    init() throws {
        run = try RecordedRun(fixture: "fulu-linear")
        blocks = try run.blocks.indices.map { [run] in try run.decoded($0) }
        let perEpoch = run.spec.preset.slotsPerEpoch
        let epochs = blocks.map { $0.slot / perEpoch }
        let found = try #require(epochs.indices.dropFirst(2).first { epochs[$0] == epochs[$0 - 1] + 1 })
        (first, epoch) = (found, epochs[found])
    }

    /// A chain whose head is the last block of the epoch before.
    private func atBoundary(_ body: (Chain) async throws -> Void) async throws {
        try await run.withChain { chain in
            for number in 0..<first { try await include(number, chain) }
            try #require(chain.choice.snapshot.head.root == blocks[first].parentRoot)
            try await body(chain)
        }
    }

    private func include(_ number: Int, _ chain: Chain) async throws {
        let outcome = await BlockTask(chain: chain).run(run.blocks[number])
        try #require(outcome.state == .included, "\(outcome.record.reasonText)")
    }

    @Test func aBlockGoesOnFromTheStateThatWasPrepared() async throws {
        try await atBoundary { chain in
            let before = chain.metrics.boundaries
            #expect(try await chain.prepare(epoch: epoch))
            // Whoever asks again finds it made.
            #expect(try await chain.prepare(epoch: epoch) == false)
            try await include(first, chain)
            #expect(chain.metrics.boundaries == before)
            // The post-state is the one that the block names, or it were not in; the epoch is the head's now.
            #expect(chain.choice.snapshot.head.root == blocks[first].root)
            #expect(try await chain.prepare(epoch: epoch) == false)
        }
    }

    @Test func aBlockWithoutOneCarriesTheStateOverItself() async throws {
        try await atBoundary { chain in
            let before = chain.metrics.boundaries
            try await include(first, chain)
            #expect(chain.metrics.boundaries == before + 1)
        }
    }

    /// Prepared for a head that is not the block's parent: it is of no use, and does no harm.
    @Test func theStateOfAnotherBlockIsLeftAlone() async throws {
        try await run.withChain { chain in
            for number in 0..<(first - 1) { try await include(number, chain) }
            #expect(try await chain.prepare(epoch: epoch))
            try await include(first - 1, chain)
            let before = chain.metrics.boundaries
            try await include(first, chain)
            #expect(chain.metrics.boundaries == before + 1)
        }
    }

    /// Prepared for an epoch further on: the block of the one between does not take it.
    @Test func aStateBeyondTheBlockIsLeftAlone() async throws {
        try await atBoundary { chain in
            let before = chain.metrics.boundaries
            #expect(try await chain.prepare(epoch: epoch + 1))
            try await include(first, chain)
            #expect(chain.metrics.boundaries == before + 1)
        }
    }

    @Test func twoAtOncePrepareTheSame() async throws {
        try await atBoundary { chain in
            async let one = chain.prepare(epoch: epoch)
            async let other = chain.prepare(epoch: epoch)
            let made = try await [one, other]
            #expect(made.contains(true))
            #expect(try await chain.prepare(epoch: epoch) == false)
            let before = chain.metrics.boundaries
            try await include(first, chain)
            #expect(chain.metrics.boundaries == before)
        }
    }

    @Test func aCancelledPreparationLeavesNothingBehind() async throws {
        try await atBoundary { chain in
            let call = Task { try await chain.prepare(epoch: epoch) }
            call.cancel()
            // Whether it came too late or not, the next call finds a chain that works.
            _ = try? await call.value
            _ = try await chain.prepare(epoch: epoch)
            let before = chain.metrics.boundaries
            try await include(first, chain)
            #expect(chain.metrics.boundaries == before)
        }
    }
}
