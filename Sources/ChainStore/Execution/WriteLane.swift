internal import Concurrency
internal import Synchronization

/// The writing side of one engine: one thread that decides, merges and commits.
///
/// Whatever waits when the thread looks becomes one batch and one sync (group commit). Requests run in the order
/// they came, each seeing the ones before it, so a check and its write cannot be torn apart. Callers resume after
/// the batch is in the engine, as durable as they asked. After a failed write nothing more is written: what the log
/// holds behind the failure is unknown, and LevelDB might drop a later record with it.
final class WriteLane: Sendable {
    private let queue: WorkQueue<any WriteRequest>
    private let counters: StoreCounters

    init(
        _ engine: any KeyValueStore,
        tables: TableSet,
        cache: ValueCache,
        configuration: StoreConfiguration,
        counters: StoreCounters,
        whenDone: @escaping @Sendable () -> Void
    ) throws(StoreError) {
        let queue = WorkQueue<any WriteRequest>(
            "write",
            countLimit: configuration.writeQueueLimit,
            byteLimit: configuration.writeQueueBytes
        )
        self.queue = queue
        self.counters = counters
        try OwnThread.start("store-write") {
            var committer = GroupCommitter(engine: engine, tables: tables, cache: cache, counters: counters)
            while let requests = queue.take(atMost: configuration.groupLimit, bytes: configuration.groupBytes) {
                committer.commit(requests)
            }
            // Readers are done before the queue closes, so nobody uses the engine any more.
            engine.close()
            whenDone()
        }
    }

    /// Runs `body` on the writer thread and returns once what it wrote is committed.
    ///
    /// An `exclusive` body has a batch to itself, so `WriteTransaction.committed` is the whole truth for it.
    /// `CancellationError` means nothing was written.
    func submit<R: Sendable>(
        cost: Int,
        durability: Durability,
        exclusive: Bool = false,
        body: @escaping @Sendable (inout WriteTransaction) throws -> R
    ) async throws -> R {
        try await Waiter<R>().wait { waiter in
            let request = TransactionRequest(waiter, durability: durability, isExclusive: exclusive, body: body)
            if let refusal = queue.push(request, cost: cost) { waiter.finish(.failure(refusal)) }
        }
    }

    /// Requests that wait for the thread.
    var queuedCount: Int { queue.count }

    func close() { queue.close() }
}

/// A caller's write as the writer thread sees it.
protocol WriteRequest: AnyObject, Sendable {
    var durability: Durability { get }
    var isExclusive: Bool { get }

    /// `false` when the caller has gone.
    func claim() -> Bool

    /// Adds to the transaction, or leaves it to be rolled back and returns `false`.
    func run(_ transaction: inout WriteTransaction) -> Bool

    /// Resumes the caller, with `failure` if the batch did not reach the engine.
    func finish(_ failure: StoreError?)
}

private final class TransactionRequest<R: Sendable>: WriteRequest {
    let durability: Durability
    let isExclusive: Bool
    private let waiter: Waiter<R>
    private let body: @Sendable (inout WriteTransaction) throws -> R
    private let outcome = Guarded<Result<R, any Error>?>(nil)

    init(
        _ waiter: Waiter<R>,
        durability: Durability,
        isExclusive: Bool,
        body: @escaping @Sendable (inout WriteTransaction) throws -> R
    ) {
        self.waiter = waiter
        self.durability = durability
        self.isExclusive = isExclusive
        self.body = body
    }

    func claim() -> Bool { waiter.claim() }

    func run(_ transaction: inout WriteTransaction) -> Bool {
        let result = Result { try body(&transaction) }
        outcome.withLock { $0 = result }
        if case .success = result { return true }
        return false
    }

    func finish(_ failure: StoreError?) {
        let result = outcome.withLock { $0 }
        switch (result, failure) {
        case (.failure(let error)?, _): waiter.finish(.failure(error))
        case (_, let failure?): waiter.finish(.failure(failure))
        case (let result?, nil): waiter.finish(result)
        case (nil, nil): waiter.finish(.failure(StoreError.closed))
        }
    }
}

/// Turns requests into batches; lives on the writer thread.
private struct GroupCommitter {
    let engine: any KeyValueStore
    let tables: TableSet
    let cache: ValueCache
    let counters: StoreCounters
    private var stopped: StoreError?

    init(engine: any KeyValueStore, tables: TableSet, cache: ValueCache, counters: StoreCounters) {
        self.engine = engine
        self.tables = tables
        self.cache = cache
        self.counters = counters
    }

    mutating func commit(_ requests: [any WriteRequest]) {
        var group: [any WriteRequest] = []
        for request in requests {
            if request.isExclusive {
                commitTogether(group)
                group = []
                commitTogether([request])
            } else {
                group.append(request)
            }
        }
        commitTogether(group)
    }

    private mutating func commitTogether(_ requests: [any WriteRequest]) {
        let claimed = requests.filter { $0.claim() }
        guard !claimed.isEmpty else { return }
        if let stopped {
            for request in claimed { request.finish(stopped) }
            return
        }
        var transaction = WriteTransaction(engine, tables: tables)
        var durability = Durability.written
        for request in claimed {
            let before = transaction.batch.operations.count
            if !request.run(&transaction) {
                transaction.rollBack(to: before)
            } else if request.durability == .synced {
                durability = .synced
            }
        }
        let failure = write(transaction, durability)
        // Before anybody resumes: a caller that reads the statistics finds its own write counted.
        counters.writes.add(claimed.count, ordering: .relaxed)
        counters.largestGroup.max(claimed.count, ordering: .relaxed)
        for request in claimed { request.finish(failure) }
    }

    /// Commits the batch and tells the cache before any caller can resume.
    private mutating func write(_ transaction: WriteTransaction, _ durability: Durability) -> StoreError? {
        guard !transaction.batch.isEmpty else { return nil }
        var failure: StoreError?
        do throws(StoreError) {
            try engine.write(transaction.batch, durability: durability)
        } catch {
            failure = error
            stopped = .writesStopped(cause: error.description)
        }
        for effect in transaction.effects {
            cache.update(effect.key, failure == nil ? effect.fill : nil)
        }
        counters.groups.add(1, ordering: .relaxed)
        if durability == .synced { counters.syncs.add(1, ordering: .relaxed) }
        counters.bytesWritten.add(transaction.batch.bytes, ordering: .relaxed)
        return failure
    }
}
