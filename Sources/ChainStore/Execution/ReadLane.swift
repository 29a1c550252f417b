internal import Concurrency
internal import Synchronization

/// The reading side of one engine: a fixed number of threads that look up what tasks ask for.
///
/// Look-ups of one key that wait at the same time are answered by one read. A look-up never joins a read that has
/// begun, so a caller always sees the writes acknowledged before it asked.
final class ReadLane: Sendable {
    typealias Found = (any Sendable)?
    typealias LookupWaiter = Waiter<Found>

    private enum Job: Sendable {
        case lookup(key: [UInt8], read: @Sendable (any KeyValueStore) throws -> Found)
        case other(@Sendable (any KeyValueStore) -> Void)
    }

    /// Who waits for which key; a key leaves when its read begins.
    private final class Lookups: Sendable {
        let waiting = Guarded<[[UInt8]: [LookupWaiter]]>([:])
    }

    private let queue: WorkQueue<Job>
    private let lookups = Lookups()
    private let counters: StoreCounters

    /// Starts `threads` threads; `whenDone` runs at the end of each, after `close`.
    init(
        _ engine: any KeyValueStore,
        threads: Int,
        limit: Int,
        counters: StoreCounters,
        whenDone: @escaping @Sendable () -> Void
    ) throws(StoreError) {
        let queue = WorkQueue<Job>("read", countLimit: limit)
        self.queue = queue
        self.counters = counters
        let lookups = lookups
        do throws(StoreError) {
            for index in 0..<threads {
                try OwnThread.start("store-read-\(index)") {
                    while let jobs = queue.take(atMost: 64, share: threads) {
                        for job in jobs { ReadLane.perform(job, engine, lookups, counters) }
                    }
                    whenDone()
                }
            }
        } catch {
            queue.close()
            throw error
        }
    }

    /// The value `read` finds; `meanwhile` runs on the caller's thread once the read is queued, and may answer first.
    func lookup(
        _ key: [UInt8],
        meanwhile: ((LookupWaiter) -> Void)? = nil,
        read: @escaping @Sendable (any KeyValueStore) throws -> Found
    ) async throws -> Found {
        try await LookupWaiter().wait { waiter in
            let refusal: StoreError? = lookups.waiting.withLock { waiting in
                if waiting[key] != nil {
                    waiting[key]?.append(waiter)
                    counters.joinedReads.add(1, ordering: .relaxed)
                    return nil
                }
                let refusal = queue.push(.lookup(key: key, read: read))
                if refusal == nil { waiting[key] = [waiter] }
                return refusal
            }
            if let refusal { waiter.finish(.failure(refusal)) } else { meanwhile?(waiter) }
        }
    }

    /// Jobs that wait for a thread.
    var queuedCount: Int { queue.count }

    /// Runs `body` on a reader thread.
    func run<R: Sendable>(_ body: @escaping @Sendable (EngineView) throws -> R) async throws -> R {
        let counters = counters
        return try await Waiter<R>().wait { waiter in
            let refusal = queue.push(
                .other { engine in
                    guard waiter.isWaiting else {
                        counters.cancelledReads.add(1, ordering: .relaxed)
                        return
                    }
                    waiter.finish(Result { try body(EngineView(engine: engine)) })
                }
            )
            if let refusal { waiter.finish(.failure(refusal)) }
        }
    }

    func close() { queue.close() }

    private static func perform(_ job: Job, _ engine: any KeyValueStore, _ lookups: Lookups, _ counters: StoreCounters)
    {
        switch job {
        case .other(let body): body(engine)
        case .lookup(let key, let read):
            let waiters = lookups.waiting.withLock { $0.removeValue(forKey: key) } ?? []
            guard waiters.contains(where: \.isWaiting) else {
                counters.cancelledReads.add(1, ordering: .relaxed)
                return
            }
            counters.engineReads.add(1, ordering: .relaxed)
            let result = Result { try read(engine) }
            for waiter in waiters { waiter.finish(result) }
        }
    }
}
