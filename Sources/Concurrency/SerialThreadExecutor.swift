/// The executor of an actor that owns a thread: its blocking calls hold up nobody else.
///
/// An actor returns `asUnownedSerialExecutor()` from its `unownedExecutor` and keeps the executor in a `let`.
/// Code that asserts isolation (`assumeIsolated`) is checked against the thread.
public final class SerialThreadExecutor: SerialExecutor {
    private let threads: WorkerThreads

    /// Starts one thread called `name`, cut to 13 bytes.
    public init(name: String) throws(ThreadCreationError) {
        threads = try WorkerThreads(name: name, width: 1)
    }

    deinit { threads.abandon() }

    /// Jobs waiting for the thread.
    public var queued: Int { threads.queued }

    /// Jobs that arrived after shutdown and ran, still one after another, on a dispatch queue.
    public var lateJobs: UInt64 { threads.late }

    /// One until shutdown, then none.
    public var liveThreads: Int { threads.live }

    public func enqueue(_ job: consuming ExecutorJob) {
        threads.enqueue(.serial(UnownedJob(job), self))
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    public func checkIsolated() { threads.checkCurrent() }

    /// Runs what is queued, then ends and joins the thread; a second call waits for the same end.
    public func shutdown() async { await threads.shutdown() }
}
