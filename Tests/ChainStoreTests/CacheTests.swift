import Foundation
import Hashing
import Synchronization
import TestSupport
import Testing

@testable import ChainStore

struct CacheTests {
    @Test(arguments: [11, 12, 13] as [UInt64])
    func recencyListAgreesWithAnArray(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limit = 20 * (RecencyList.overhead + 60)
        var list = RecencyList(limit: limit)
        var model: [(key: [UInt8], value: Int, cost: Int)] = []  // newest first
        for step in 0..<4000 {
            let key = [UInt8.random(in: 0..<60, using: &random)]
            let place = model.firstIndex { $0.key == key }
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let cost = step % 97 == 0 ? limit : Int.random(in: 0...120, using: &random)
                let full = cost + 1 + RecencyList.overhead
                if let place { model.remove(at: place) }
                let kept = list.put(key, step, cost: cost)
                #expect(kept == (full <= limit), "seed \(seed)")
                if kept {
                    model.insert((key, step, full), at: 0)
                    while model.reduce(0, { $0 + $1.cost }) > limit { model.removeLast() }
                }
            case 5..<9:
                let found = list.value(key) as? Int
                #expect(found == place.map { model[$0].value }, "seed \(seed) step \(step)")
                if let place { model.insert(model.remove(at: place), at: 0) }
            default:
                list.remove(key)
                if let place { model.remove(at: place) }
            }
            #expect(list.keysByRecency == model.map(\.key), "seed \(seed) step \(step)")
            #expect(list.checkInvariants(), "seed \(seed) step \(step)")
        }
    }

    @Test func offersNeverWait() {
        let cache = ValueCache(bytes: 1 << 20)
        let ticket = cache.ticket([1])
        cache.holding([1]) {
            #expect(!cache.offer([1], 7, cost: 1, ticket: ticket))
            if case .busy = cache.lookUp([1]) {} else { Issue.record("a held cache must say it is busy") }
        }
        #expect(cache.offer([1], 7, cost: 1, ticket: ticket))
        #expect(cache.lookUpWaiting([1]) as? Int == 7)
    }

    @Test func aWriteBetweenReadAndOfferRefusesTheOffer() {
        let cache = ValueCache(bytes: 1 << 20)
        let ticket = cache.ticket([1])
        cache.update([1], nil)
        #expect(!cache.offer([1], 7, cost: 1, ticket: ticket))
        #expect(cache.lookUpWaiting([1]) == nil)
        cache.update([1], (value: 8, cost: 1))
        #expect(cache.lookUpWaiting([1]) as? Int == 8)
        cache.update([1], nil)
        #expect(cache.lookUpWaiting([1]) == nil)
    }

    @Test func boundIsInBytes() {
        let cache = ValueCache(bytes: 160_000, shardCount: 4)
        for number in 0..<10_000 {
            let key = root(number).bytes
            cache.update(key, (value: [UInt8](repeating: 0, count: 100), cost: 100))
            #expect(cache.bytes <= 160_000)
        }
        #expect(cache.bytes > 100_000)
    }

    /// The cache is busy, so the look-up races it against the database; here the cache wins and the read is dropped.
    @Test func busyCacheRacesTheDatabase() async throws {
        let gate = GateEngine(InMemoryEngine())
        var configuration = StoreConfiguration()
        configuration.readerThreads = 1
        let store = try await ChainStore.open(engine: gate, mode: .create(testNetwork), configuration: configuration)
        let block = root(1)
        #expect(try await store.putBlockIfAbsent(root: block, summary: summary(slot: 1, parent: root(0)), ssz: [1, 2]))
        let key = Tables.blockMessages.encode(MessageKey(place: 0, root: block))
        let core = store.core
        let reads = try core.router.shard(for: .blocks).reads
        gate.set(reads: false, writes: true)
        // The only reader hangs at the gate with another key, so a queued read cannot begin.
        let before = gate.arrivals
        async let stuck = store.snapshot(stateRoot: root(77))
        await until { gate.arrivals > before }
        let isHeld = Mutex(false)
        Thread.detachNewThread {
            core.cache.holding(key) {
                isHeld.withLock { $0 = true }
                while reads.queuedCount == 0 { sched_yield() }
            }
        }
        await until { isHeld.withLock { $0 } }
        #expect(try await store.block(block) == [1, 2])
        #expect(store.statistics.cacheRaces == 1)
        #expect(gate.arrivals == before + 1)
        gate.set(reads: true, writes: true)
        #expect(try await stuck == nil)
        await until { reads.queuedCount == 0 && store.statistics.cancelledReads == 1 }
        try await store.close()
        #expect(store.statistics.cancelledReads == 1)
    }

    @Test func hitsDoNotReachTheEngine() async throws {
        let gate = GateEngine(InMemoryEngine())
        let store = try await ChainStore.open(engine: gate, mode: .create(testNetwork))
        _ = try await store.putBlockIfAbsent(root: root(1), summary: summary(slot: 1, parent: root(0)), ssz: [9])
        gate.set(reads: false, writes: false)
        #expect(try await store.block(root(1)) == [9])
        #expect(try await store.summary(root(1))?.slot == 1)
        // The block's place, the block, the summary.
        #expect(store.statistics.cacheHits == 3)
        gate.set(reads: true, writes: true)
        try await store.close()
    }
}
