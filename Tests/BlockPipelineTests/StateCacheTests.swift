import ChainTestSupport
import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import SSZ
import TestSupport
import Testing

@testable import BlockPipeline

/// The cache against a plain list, and its bound under many tasks.
@Suite struct StateCacheTests {
    /// A small tree of states: each differs from an earlier one in a few places.
    private static func states(_ count: Int, seed: UInt64 = 1) throws -> [PostState] {
        let run = try RecordedRun(fixture: "fulu-checkpoint")
        var random = SplitMix64(seed: seed)
        var states: [PostState] = []
        for number in 0..<count {
            var state = (states.suffix(4).randomElement(using: &random)?.state) ?? run.anchor.state
            for _ in 0..<3 {
                let index = Int.random(in: 0..<state.balances.count, using: &random)
                state.balances[index] &+= 1
                state.randaoMixes[Int.random(in: 0..<state.randaoMixes.count, using: &random)] = SHA256.hash(
                    random.bytes(4)
                )
            }
            state.slot += 1
            states.append(
                PostState(state, blockRoot: SHA256.hash([UInt8(number)]), stateRoot: run.anchor.stateRoot)
            )
        }
        return states
    }

    /// What states hold together, counted from nothing.
    private static func bytes(of states: [PostState]) -> Int {
        let cache = StateCache(limit: .max)
        for state in states { cache.insert(state) }
        return cache.bytes
    }

    @Test func itHoldsWhatAListHolds() throws {
        let states = try Self.states(24)
        let limit = Self.bytes(of: Array(states.prefix(8)))
        for seed in 0..<UInt64(12) {
            var random = SplitMix64(seed: seed)
            let cache = StateCache(limit: limit)
            // Least recently used first.
            var model: [PostState] = []
            var pinned: Set<Root> = []
            var evicted = 0
            for step in 0..<200 {
                let post = try #require(states.randomElement(using: &random))
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5:
                    cache.insert(post)
                    model.removeAll { $0 === post }
                    model.append(post)
                    while Self.bytes(of: model) > limit,
                        let oldest = model.firstIndex(where: { !pinned.contains($0.blockRoot) && $0 !== post })
                    {
                        model.remove(at: oldest)
                        evicted += 1
                    }
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
                #expect(cache.count == model.count, "seed \(seed), step \(step)")
                for post in model { #expect(cache.contains(post.blockRoot), "seed \(seed), step \(step)") }
                // The table of owners shrinks later than it grows: only it may differ.
                #expect(abs(cache.bytes - Self.bytes(of: model)) <= 1 << 14, "seed \(seed), step \(step)")
                #expect(cache.evicted == UInt64(evicted), "seed \(seed), step \(step)")
            }
            #expect(evicted > 0)
            cache.remove(states.map(\.blockRoot))
            #expect(cache.count == 0)
            #expect(cache.bytes < 1 << 14)
        }
    }

    @Test func aLowerLimitTakesEffectAtOnce() throws {
        let states = try Self.states(20)
        let cache = StateCache(limit: .max)
        for state in states { cache.insert(state) }
        cache.pin([states[0].blockRoot])
        let half = Self.bytes(of: Array(states.suffix(10)))
        cache.setLimit(half)
        #expect(cache.bytes <= half)
        #expect(cache[states[0].blockRoot] != nil)
        #expect(cache[states[19].blockRoot] != nil)
        #expect(cache[states[1].blockRoot] == nil)
        cache.setLimit(0)
        #expect(cache.count == 1)
    }

    @Test func theBoundHoldsUnderManyTasks() async throws {
        let states = try Self.states(40)
        let limit = Self.bytes(of: Array(states.prefix(10)))
        let cache = StateCache(limit: limit)
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
            for await most in group { #expect(most <= limit) }
        }
        #expect(cache.count > 0)
    }

    /// Ten thousand states go in and out without looking at each of them.
    @Test func manyStatesCostNoScans() throws {
        let run = try RecordedRun(fixture: "fulu-checkpoint")
        func post(_ number: Int) -> PostState {
            PostState(
                run.anchor.state,
                blockRoot: SHA256.hash([UInt8(number & 255), UInt8(number >> 8)]),
                stateRoot: run.anchor.stateRoot
            )
        }
        /// What two thousand more cost a full cache: the least of three rounds, since the machine may be busy.
        func time(among count: Int) -> UInt64 {
            let cache = StateCache(limit: .max)
            for number in 0..<count { cache.insert(post(number)) }
            cache.setLimit(cache.bytes)
            let rounds = (0..<3).map { round in
                ProcessorTime.ofThread {
                    for number in 0..<2_000 { cache.insert(post(10_000 + 2_000 * round + number)) }
                }
            }
            #expect(cache.count == count)
            return rounds.min() ?? 0
        }
        let (full, few) = (time(among: 10_000), time(among: 100))
        // A scan of all would make it a hundred times as long.
        #expect(full < few * 20 + ProcessorTime.grain, "\(full) ns among 10,000, \(few) ns among 100")
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
