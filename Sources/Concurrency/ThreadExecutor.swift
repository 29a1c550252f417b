/// Runs tasks on a fixed number of own threads, away from the cooperative pool.
///
/// For work that blocks (database reads, sockets) and for work that fills a core for long (state transitions, as wide
/// as the cores): neither may starve the pool that runs everything else. Give it to `withTaskExecutorPreference` or to
/// `Task(executorPreference:)`.
///
/// Call `shutdown()` once the tasks that prefer it have ended. An executor that is dropped instead drains and ends
/// its threads by itself.
public final class ThreadExecutor: TaskExecutor {
    private let threads: WorkerThreads

    /// Starts `width` threads (at least one) called `name-0`, `name-1`, … cut to 15 bytes.
    public init(name: String, width: Int) throws(ThreadCreationError) {
        threads = try WorkerThreads(name: name, width: width)
    }

    deinit { threads.abandon() }

    /// Jobs waiting for a thread.
    public var queued: Int { threads.queued }

    /// Jobs that arrived after shutdown and ran elsewhere: more than none means a task outlived its executor.
    public var lateJobs: UInt64 { threads.late }

    /// Threads still running.
    public var liveThreads: Int { threads.live }

    public func enqueue(_ job: consuming ExecutorJob) {
        threads.enqueue(.task(UnownedJob(job), self))
    }

    /// Runs what is queued, then ends and joins the threads; a second call waits for the same end.
    public func shutdown() async { await threads.shutdown() }
}
