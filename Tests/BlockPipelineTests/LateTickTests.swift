import ChainTestSupport
import Concurrency
import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@testable import BlockPipeline

/// Fork choice hears of a new slot a little after it has begun, on a busy machine later than that.
@Suite struct LateTickTests {
    /// A chain by the clock whose fork choice still stands at the anchor's slot when `slots` more have gone by.
    private func behind(by slots: UInt64, _ body: (Chain, RecordedRun) async throws -> Void) async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let anchor = run.anchor.state
        let clock = TestClock(now: anchor.genesisTime * 1_000 + anchor.slot * run.spec.config.slotDurationMs)
        try await run.withChain {
            $0.time = .wallClock
            $0.clock = clock
        } _: { chain in
            try await chain.tick()
            clock.advance(by: slots * run.spec.config.slotDurationMs)
            #expect(chain.choice.snapshot.currentSlot == anchor.slot)
            try await body(chain, run)
        }
    }

    @Test func aBlockInTimeIsNotFromTheFuture() async throws {
        let early = ChainLimits().futureSlots + 1
        try await behind(by: early) { chain, run in
            let slot = run.anchor.state.slot
            let last = try #require(run.blocks.indices.last { try run.decoded($0).slot <= slot + early })
            try #require(try run.decoded(last).slot == slot + early)
            async let waiting = BlockTask(chain: chain).run(run.blocks[last])
            for block in run.blocks[..<last] {
                let outcome = await BlockTask(chain: chain).run(block)
                #expect(outcome.state == .included, "\(outcome.record.reasonText)")
            }
            let outcome = await waiting
            #expect(outcome.state == .included, "\(outcome.record.reasonText)")
            #expect(chain.choice.snapshot.currentSlot == slot + early)
        }
    }

    @Test func whatComesTooEarlyIsSaidByTheClock() async throws {
        let limit = ChainLimits().futureSlots
        try await behind(by: 7) { chain, run in
            let slot = run.anchor.state.slot
            #expect(chain.outOfTime(slot + 7 + limit) == nil)
            #expect(
                chain.outOfTime(slot + 8 + limit)
                    == "slot: expected at most \(slot + 7 + limit), got \(slot + 8 + limit)"
            )
            let far = try #require(run.blocks.indices.first { try run.decoded($0).slot > slot + 7 + limit })
            let outcome = await BlockTask(chain: chain).run(run.blocks[far])
            guard case .forkChoice(.futureSlot) = outcome.error else {
                Issue.record("\(outcome.state): \(outcome.record.reasonText)")
                return
            }
        }
    }
}
