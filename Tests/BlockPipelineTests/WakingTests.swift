import BlockPipeline
import ChainTestSupport
import Concurrency
import ConsensusTypes
import ForkTree
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// Many children of one parent that comes last.
@Suite struct WakingTests {
    private static let children = 500

    /// Copies of a block that differ in their graffiti are siblings with bad state roots: each must be woken and meet
    /// its own end.
    @Test func fiveHundredChildrenWakeWhenTheirParentIsIncluded() async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let parent = try run.decoded(0)
        let child = try run.decoded(1)
        let siblings = (0..<Self.children - 1).map { number in
            var signed = child.signed
            signed.message.body.graffiti = SHA256.hash([UInt8(number >> 8), UInt8(number & 0xff)])
            return BlockMessage(ssz: signed.encoded(in: run.spec.context(child.fork)))
        }
        try await run.withChain {
            $0.assumed = .all
        } _: { chain in
            let watch = WaitWatch()
            let outcomes = await withTaskGroup { group in
                for message in siblings + [run.blocks[1]] {
                    group.addTask { await BlockTask(chain: chain).run(message, observer: watch) }
                }
                #expect(await eventually { chain.tree.counts().waiters == Self.children })
                let first = await BlockTask(chain: chain).run(run.blocks[0])
                #expect(first.state == .included)
                return await group.reduce(into: [BlockOutcome]()) { $0.append($1) }
            }
            #expect(outcomes.count == Self.children)
            #expect(outcomes.allSatisfy { $0.record.waitedFor == parent.root && $0.record.waitDuration > 0 })
            let ends = outcomes.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
            #expect(ends == [.included: 1, .invalid(.stateRootMismatch, at: .transition): Self.children - 1])
            #expect(chain.metrics.transitions == UInt64(Self.children + 1))
            #expect(chain.tree.counts().waiters == 0)
            #expect(chain.tree.counts().live == 0)
            // Those who ran ahead wait twice: for the parent's state, and for the parent.
            let ahead = Int(chain.tree.statistics.wentAhead)
            #expect(ahead > 0 && ahead <= ForkTreeLimits().aheadBlocks)
            #expect(watch.counts == WaitWatch.Counts(begun: Self.children + ahead, ended: Self.children + ahead))
            #expect(chain.ahead.count == 0)
            print("waking \(Self.children) children: first to last \(watch.spread)")
        }
    }
}

/// Counts waits, and notes when the first and the last one ended.
private final class WaitWatch: WaitObserver {
    struct Counts: Equatable {
        var begun = 0
        var ended = 0
    }

    private struct State {
        var counts = Counts()
        var first: ContinuousClock.Instant?
        var last: ContinuousClock.Instant?
    }

    private let state = Guarded(State())

    var counts: Counts { state.withLock { $0.counts } }

    var spread: Duration {
        state.withLock { state in
            guard let first = state.first, let last = state.last else { return .zero }
            return last - first
        }
    }

    func willWait(isOrphan: Bool) { state.withLock { $0.counts.begun += 1 } }

    func didWait() {
        let now = ContinuousClock.now
        state.withLock { state in
            state.counts.ended += 1
            state.first = state.first ?? now
            state.last = now
        }
    }
}
