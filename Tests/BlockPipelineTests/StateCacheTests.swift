import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import TestSupport
import Testing

@testable import BlockPipeline

/// The cache against a plain list, and its bound under many tasks.
@Suite struct StateCacheTests {
    private static func states(_ count: Int) throws -> [PostState] {
        let run = try RecordedRun(fixture: "fulu-checkpoint")
        return (0..<count).map { number in
            PostState(
                run.anchor.state,
                blockRoot: SHA256.hash([UInt8(number)]),
                stateRoot: run.anchor.stateRoot,
                spec: run.spec,
                // Every fifth is a whole state, the others differ little from their parents.
                parentSlot: number % 5 == 0 ? nil : run.anchor.state.slot
            )
        }
    }

    @Test func itHoldsWhatAListHolds() throws {
        let states = try Self.states(24)
        let limit = 4 << 20
        for seed in 0..<UInt64(20) {
            var random = SplitMix64(seed: seed)
            let cache = StateCache(limit: limit)
            // Least recently used first.
            var model: [PostState] = []
            var pinned: Set<Root> = []
            for step in 0..<400 {
                let post = try #require(states.randomElement(using: &random))
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5:
                    cache.insert(post)
                    model.removeAll { $0 === post }
                    model.append(post)
                    while model.reduce(0, { $0 + $1.cost }) > limit,
                        let oldest = model.firstIndex(where: { !pinned.contains($0.blockRoot) && $0 !== post })
                    { model.remove(at: oldest) }
                case 5..<8:
                    let known = model.firstIndex { $0 === post }
                    #expect((cache[post.blockRoot] != nil) == (known != nil), "seed \(seed), step \(step)")
                    if let known { model.append(model.remove(at: known)) }
                case 8:
                    cache.remove([post.blockRoot])
                    model.removeAll { $0 === post }
                default:
                    pinned = [post.blockRoot]
                    cache.pin(pinned)
                }
                #expect(cache.bytes == model.reduce(0) { $0 + $1.cost }, "seed \(seed), step \(step)")
                #expect(cache.count == model.count, "seed \(seed), step \(step)")
            }
        }
    }

    @Test func theBoundHoldsUnderManyTasks() async throws {
        let states = try Self.states(40)
        let largest = try #require(states.map(\.cost).max())
        let cache = StateCache(limit: 4 << 20)
        await withTaskGroup { group in
            for task in 0..<UInt64(8) {
                group.addTask {
                    var random = SplitMix64(seed: task)
                    var most = 0
                    for _ in 0..<300 {
                        guard let post = states.randomElement(using: &random) else { continue }
                        if Bool.random(using: &random) { cache.insert(post) } else { _ = cache[post.blockRoot] }
                        most = max(most, cache.bytes)
                    }
                    return most
                }
            }
            for await most in group { #expect(most <= max(cache.limit, largest)) }
        }
        #expect(cache.count > 0)
    }

    /// States that no longer fit are rebuilt, so a chain goes on in little memory.
    @Test func aChainGoesOnInLittleMemory() async throws {
        let run = try RecordedRun(fixture: "fulu-checkpoint")
        try await run.withChain {
            $0.limits.stateBytes = 1
        } _: { chain in
            for message in run.blocks.prefix(6) {
                let outcome = await BlockTask(chain: chain).run(message)
                #expect(outcome.state == .included, "\(outcome.record.reasonText)")
                #expect(chain.states.cache.count <= 2)
            }
            // The block behind the anchor is long gone from memory.
            let decoded = try run.decoded(1)
            let second = try await chain.states.state(after: decoded.root)
            #expect(second.stateRoot == decoded.block.stateRoot)
        }
    }
}
