internal import Concurrency
internal import Dispatch

/// The second layer: one engine with its reader threads, its writer thread and the tables that live on it.
///
/// Works the same over any `KeyValueStore`. Reads and writes of one shard are ordered; two shards know nothing of
/// each other.
final class Shard: Sendable {
    let tables: TableSet
    let reads: ReadLane
    let writes: WriteLane
    private let engine: any KeyValueStore
    private let readerThreads: Int
    private let readersDone = DispatchSemaphore(value: 0)
    private let writerDone = DispatchSemaphore(value: 0)
    private let isClosed = Guarded(false)

    init(
        _ engine: any KeyValueStore,
        tables: TableSet,
        cache: ValueCache,
        configuration: StoreConfiguration,
        counters: StoreCounters
    ) throws(StoreError) {
        self.engine = engine
        self.tables = tables
        readerThreads = max(1, configuration.readerThreads)
        let (readersDone, writerDone) = (readersDone, writerDone)
        let reads = try ReadLane(
            engine,
            threads: readerThreads,
            limit: configuration.readQueueLimit,
            counters: counters
        ) {
            readersDone.signal()
        }
        self.reads = reads
        do throws(StoreError) {
            writes = try WriteLane(
                engine,
                tables: tables,
                cache: cache,
                configuration: configuration,
                counters: counters
            ) {
                writerDone.signal()
            }
        } catch {
            reads.close()
            throw error
        }
    }

    /// Refuses new work, finishes what is queued and closes the engine; blocks, so call it on an own thread.
    ///
    /// A second caller waits for the first.
    func close() {
        isClosed.withLock { isClosed in
            guard !isClosed else { return }
            reads.close()
            for _ in 0..<readerThreads { readersDone.wait() }
            writes.close()
            writerDone.wait()
            isClosed = true
        }
    }

    // A store that is let go without `close` ends its threads by itself; the last of them drops the engine.
    deinit {
        reads.close()
        writes.close()
    }
}
