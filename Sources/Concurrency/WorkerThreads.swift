internal import Dispatch
internal import Glibc

/// The system refused a thread.
public struct ThreadCreationError: Error, Hashable, CustomStringConvertible {
    /// The error number of `pthread_create`.
    public let code: Int32
    public let wanted: Int
    public let created: Int

    public var description: String {
        "could not start thread \(created + 1) of \(wanted): error \(code)"
    }
}

/// A fixed set of own threads that run jobs in order of arrival.
///
/// Jobs that arrive while the threads stop are still drained. Jobs that arrive after the last thread has gone (a task
/// that outlived its executor) run one after another on a serial dispatch queue and are counted: a task must never
/// be lost, and work that was serial stays serial.
final class WorkerThreads: Sendable {
    /// A job and the executor it was given to; holding the executor keeps it alive until the job has run.
    enum Work: Sendable {
        case task(UnownedJob, ThreadExecutor)
        case serial(UnownedJob, SerialThreadExecutor)
        /// To see which loops could do with a helper.
        case help(CoreThreads)

        func run() {
            switch self {
            case .task(let job, let executor): job.runSynchronously(on: executor.asUnownedTaskExecutor())
            case .serial(let job, let executor): job.runSynchronously(on: executor.asUnownedSerialExecutor())
            case .help(let threads): threads.help()
            }
        }
    }

    private enum Phase {
        case running
        case stopping
        case stopped
    }

    private struct State {
        var phase = Phase.running
        var jobs = RingBuffer<Work>()
        var live = 0
        var handles: [pthread_t] = []
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
        var late: UInt64 = 0
    }

    private static let stackSize = 8 << 20

    private let name: String
    private let state = Guarded(State())
    private let wake = DispatchSemaphore(value: 0)
    private let lateQueue: DispatchQueue

    init(name: String, width: Int) throws(ThreadCreationError) {
        self.name = name
        lateQueue = DispatchQueue(label: "\(name).late")
        let width = max(1, width)
        for index in 0..<width {
            let code = startThread(index)
            if code == 0 { continue }
            abandon()
            throw ThreadCreationError(code: code, wanted: width, created: index)
        }
    }

    /// Jobs waiting for a thread.
    var queued: Int { state.withLock { $0.jobs.count } }

    /// Jobs that came after the threads had gone.
    var late: UInt64 { state.withLock { $0.late } }

    /// Threads still running.
    var live: Int { state.withLock { $0.live } }

    func enqueue(_ work: Work) {
        let accepted = state.withLock { state in
            guard state.phase != .stopped else {
                state.late += 1
                return false
            }
            state.jobs.append(work)
            return true
        }
        if accepted { wake.signal() } else { lateQueue.async { work.run() } }
    }

    /// Runs what is queued, ends the threads and joins them; safe to call twice and from one of the threads' own jobs.
    func shutdown() async {
        beginStop()
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let stopped = state.withLock { state in
                if state.phase == .stopped { return true }
                state.stopWaiters.append(continuation)
                return false
            }
            if stopped { continuation.resume() }
        }
        // Every thread has left its loop, so a join takes microseconds.
        for handle in takeHandles() { pthread_join(handle, nil) }
    }

    /// Lets the threads drain and end on their own, for an owner that goes away without `shutdown()`.
    func abandon() {
        beginStop()
        for handle in takeHandles() { pthread_detach(handle) }
    }

    /// Traps unless the current code runs on one of these threads.
    func checkCurrent() {
        let current = pthread_self()
        let own = state.withLock { $0.phase != .stopped && $0.handles.contains { pthread_equal($0, current) != 0 } }
        if !own { dispatchPrecondition(condition: .onQueue(lateQueue)) }
    }

    private func beginStop() {
        let live = state.withLock { state in
            if state.phase == .running { state.phase = state.live == 0 ? .stopped : .stopping }
            return state.live
        }
        for _ in 0..<live { wake.signal() }
    }

    private func takeHandles() -> [pthread_t] {
        state.withLock { state in
            defer { state.handles = [] }
            return state.handles
        }
    }

    private func startThread(_ index: Int) -> Int32 {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, Self.stackSize)
        let start = Unmanaged.passRetained(Start(threads: self, index: index))
        // Under the lock, so that no thread looks itself up before its handle is noted.
        let code = state.withLock { state in
            var handle = pthread_t()
            let code = pthread_create(
                &handle,
                &attributes,
                { argument in
                    guard let argument else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                    start.threads.loop(start.index)
                    return nil
                },
                start.toOpaque()
            )
            if code == 0 {
                state.handles.append(handle)
                state.live += 1
            }
            return code
        }
        if code != 0 { start.release() }
        return code
    }

    private func loop(_ index: Int) {
        setName(index)
        while true {
            wake.wait()
            while runNext() {}
            if leaveIfStopping() { return }
        }
    }

    /// Names the current thread for `top` and debuggers, as far as the kernel lets it: 15 bytes, best effort.
    ///
    /// `pthread_setname_np` is hidden behind a macro Swift's Glibc module does not set; the file does the same.
    private func setName(_ index: Int) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let text = Array("\(name)-\(index)".utf8.prefix(15))
        _ = write(file, text, text.count)
        close(file)
    }

    private func runNext() -> Bool {
        guard let work = state.withLock({ $0.jobs.popFirst() }) else { return false }
        work.run()
        return true
    }

    /// Ends this thread when it has been asked to and nothing is queued.
    private func leaveIfStopping() -> Bool {
        let (leaving, waiters): (Bool, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            guard state.phase == .stopping, state.jobs.isEmpty else { return (false, []) }
            state.live -= 1
            guard state.live == 0 else { return (true, []) }
            state.phase = .stopped
            defer { state.stopWaiters = [] }
            return (true, state.stopWaiters)
        }
        for waiter in waiters { waiter.resume() }
        return leaving
    }

    private final class Start: Sendable {
        let threads: WorkerThreads
        let index: Int

        init(threads: WorkerThreads, index: Int) {
            self.threads = threads
            self.index = index
        }
    }
}

/// Wakes one thread that waits, or the next that will; blocks, so it is for own threads.
struct ThreadSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func send() { semaphore.signal() }
    func wait() { semaphore.wait() }
}
