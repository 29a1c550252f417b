internal import Synchronization

/// The chain on disk: blocks, states, their indices and the records the daemon restarts from.
///
/// A small value over shared threads and one database: copying it opens nothing, and any number of tasks may ask at
/// once. Every method suspends instead of blocking. It throws `StoreError`, or `CancellationError` when the task was
/// cancelled before the work began, in which case nothing was written.
///
/// Three layers lie below: `Router` (which shard holds a table), `Shard` (threads, order, group commit) and
/// `KeyValueStore` (the engine). A `ValueCache` lies in front.
public struct ChainStore: Sendable {
    /// What all copies of a handle share.
    final class Core: Sendable {
        let router: Router
        let cache: ValueCache
        let counters: StoreCounters
        let places: Places
        let identity: NetworkIdentity

        init(
            router: Router,
            cache: ValueCache,
            counters: StoreCounters,
            places: Places,
            identity: NetworkIdentity
        ) {
            self.router = router
            self.cache = cache
            self.counters = counters
            self.places = places
            self.identity = identity
        }

        /// Reads a value from an engine and offers it to the cache; on a reader thread.
        func fetch<Key, Value>(
            _ table: Table<Key, Value>,
            _ key: [UInt8],
            from engine: any KeyValueStore
        ) throws(StoreError) -> Value? {
            let ticket = cache.ticket(key)
            guard let stored = try engine.get(key) else { return nil }
            let value = try table.decodeValue(stored, key: key)
            if !cache.offer(key, value, cost: table.cost(value), ticket: ticket) {
                counters.refusedOffers.add(1, ordering: .relaxed)
            }
            return value
        }
    }

    let core: Core

    /// The chain this store belongs to.
    public var identity: NetworkIdentity { core.identity }

    /// A reading of the counters.
    public var statistics: StoreStatistics { core.counters.reading }

    /// Bytes held by the cache now.
    public var cachedBytes: Int { core.cache.bytes }

    /// Refuses new work, finishes what is queued, closes the files and gives the lock back before it returns.
    ///
    /// All copies of the handle are closed with it.
    public func close() async throws {
        let shards = core.router.shards
        try await OwnThread.run("store-close") {
            for shard in shards { shard.close() }
        }
    }
}

extension ChainStore {
    /// One value: from the cache, else from the database, else from whichever of the two answers first.
    ///
    /// A cache that is free answers before the database is asked. A cache that is busy races it: the read is queued,
    /// then the cache is asked again; the winner resumes the caller and a read nobody waits for is not begun.
    func value<Key, Value>(_ table: Table<Key, Value>, _ key: Key) async throws -> Value? {
        let bytes = table.encode(key)
        let shard = try core.router.shard(for: table.code)
        guard table.isCached else {
            let found = try await shard.reads.lookup(bytes) { engine in
                try engine.get(bytes).map { try table.decodeValue($0, key: bytes) }
            }
            return found as? Value
        }
        let cache = core.cache
        let counters = core.counters
        var meanwhile: ((ReadLane.LookupWaiter) -> Void)?
        switch cache.lookUp(bytes) {
        case .hit(let value):
            counters.cacheHits.add(1, ordering: .relaxed)
            return value as? Value
        case .miss:
            counters.cacheMisses.add(1, ordering: .relaxed)
        case .busy:
            counters.cacheRaces.add(1, ordering: .relaxed)
            meanwhile = { waiter in
                if let value = cache.lookUpWaiting(bytes) { waiter.finish(.success(value)) }
            }
        }
        let core = core
        let found = try await shard.reads.lookup(bytes, meanwhile: meanwhile) { engine in
            try core.fetch(table, bytes, from: engine)
        }
        return found as? Value
    }

    /// Several values as of one moment, past the cache.
    func values<Key, Value>(_ table: Table<Key, Value>, _ keys: [Key]) async throws -> [Value?] {
        try await read(table.code) { view in try view.values(table, keys) }
    }

    /// Runs `body` on a reader thread of the shard that holds the table.
    func read<R: Sendable>(
        _ table: TableCode,
        _ body: @escaping @Sendable (EngineView) throws -> R
    ) async throws -> R {
        try await core.router.shard(for: table).reads.run(body)
    }

    /// Runs `body` on the writer thread of the shard that holds the table and commits what it wrote.
    func write<R: Sendable>(
        _ table: TableCode,
        cost: Int,
        durability: Durability,
        exclusive: Bool = false,
        _ body: @escaping @Sendable (inout WriteTransaction) throws -> R
    ) async throws -> R {
        try await core.router.shard(for: table).writes
            .submit(cost: cost, durability: durability, exclusive: exclusive, body: body)
    }
}
