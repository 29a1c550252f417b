internal import Concurrency
internal import Synchronization

/// Decoded values in front of the database, shared and never changed, bounded in bytes.
///
/// Reading takes a lock only if it is free; offering a value never waits either. Only the writer thread waits, for
/// nanoseconds, because a written key must be dropped or replaced before the write is acknowledged.
final class ValueCache: Sendable {
    enum Answer {
        case hit(any Sendable)
        case miss
        /// The lock is taken: ask the database and try again meanwhile.
        case busy
    }

    /// The state of a shard before a value was read; an offer with an old ticket is refused, as a write came between.
    struct Ticket: Sendable {
        fileprivate let shard: Int
        fileprivate let writes: Int
    }

    private final class Shard: Sendable {
        let list: Guarded<RecencyList>
        /// Changes only under the lock; read without it.
        let writes = Atomic(0)

        init(bytes: Int) { list = Guarded(RecencyList(limit: bytes)) }
    }

    private let shards: [Shard]

    init(bytes: Int, shardCount: Int = 16) {
        let count = max(1, shardCount)
        shards = (0..<count).map { _ in Shard(bytes: max(0, bytes) / count) }
    }

    /// Looks without waiting.
    func lookUp(_ key: [UInt8]) -> Answer {
        let found = shards[index(key)].list.withLockIfAvailable { list in
            list.value(key).map { Answer.hit($0) } ?? .miss
        }
        return found ?? .busy
    }

    /// Looks, waiting for the lock if somebody holds it; for the racer whose read is under way already.
    func lookUpWaiting(_ key: [UInt8]) -> (any Sendable)? {
        shards[index(key)].list.withLock { $0.value(key) }
    }

    /// To be drawn before the value is read from the database.
    func ticket(_ key: [UInt8]) -> Ticket {
        let index = index(key)
        return Ticket(shard: index, writes: shards[index].writes.load(ordering: .acquiring))
    }

    /// Keeps a value read from the database, if that costs no waiting and nothing was written since the ticket.
    @discardableResult
    func offer(_ key: [UInt8], _ value: any Sendable, cost: Int, ticket: Ticket) -> Bool {
        let shard = shards[ticket.shard]
        let taken = shard.list.withLockIfAvailable { list in
            guard shard.writes.load(ordering: .relaxed) == ticket.writes else { return false }
            return list.put(key, value, cost: cost)
        }
        return taken ?? false
    }

    /// A write of `key` has been committed: keeps the new value, or drops the key if there is none.
    func update(_ key: [UInt8], _ fill: (value: any Sendable, cost: Int)?) {
        let shard = shards[index(key)]
        shard.list.withLock { list in
            shard.writes.add(1, ordering: .releasing)
            list.remove(key)
            if let fill { _ = list.put(key, fill.value, cost: fill.cost) }
        }
    }

    /// Bytes held now.
    var bytes: Int { shards.reduce(0) { $0 + $1.list.withLock { $0.bytes } } }

    /// Runs `body` while the shard of `key` is locked; for tests.
    func holding<R>(_ key: [UInt8], _ body: () -> R) -> R {
        shards[index(key)].list.withLock { _ in body() }
    }

    // Swift's hasher is seeded anew in each process, so nobody can aim keys at one shard.
    private func index(_ key: [UInt8]) -> Int { Int(UInt(bitPattern: key.hashValue) % UInt(shards.count)) }
}
