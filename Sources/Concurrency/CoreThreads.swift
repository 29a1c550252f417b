internal import Synchronization

/// Threads behind the `Cores` of pure rooms.
///
/// A loop belongs to its caller, who works on it until none of its calls is left to begin; threads that are free help.
/// Where all are busy the caller does everything itself. It waits only for calls that helpers have begun, and takes up
/// nothing else meanwhile, since it may hold a lock. So loops may stand in loops, and nobody waits in a circle.
///
/// Bounded: one entry for each loop under way, which its caller takes away, and one wake-up for each thread.
public final class CoreThreads: Sendable {
    private struct State {
        /// Loops under way, the oldest first.
        var loops: [CoreLoop] = []
        /// Threads that are looking for loops, or have been told to.
        var searching = 0
        var isStopped = false
    }

    /// Cores at work where nothing else is: the caller's, and one for each thread.
    public let width: Int
    private let threads: WorkerThreads?
    private let state = Guarded(State())

    /// Starts a thread less than `width`, called `name-0`, `name-1`, … cut to 15 bytes.
    public init(name: String, width: Int) throws(ThreadCreationError) {
        self.width = max(1, width)
        threads = width > 1 ? try WorkerThreads(name: name, width: width - 1) : nil
    }

    deinit { threads?.abandon() }

    /// What pure rooms take; holds the threads.
    public var cores: Cores {
        Cores(width: width) { [self] count, body in run(count, body) }
    }

    /// Threads still running.
    public var liveThreads: Int { threads?.live ?? 0 }

    /// Loops that have begun and not ended.
    public var openLoops: Int { state.withLock { $0.loops.count } }

    /// Ends and joins the threads; loops called later run on their caller alone.
    public func shutdown() async {
        state.withLock { $0.isStopped = true }
        await threads?.shutdown()
    }

    private func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            let loop = CoreLoop(count: count, body: body)
            announce(loop)
            loop.work(body)
            state.withLock { state in state.loops.removeAll { $0 === loop } }
            loop.close()
        }
    }

    /// Lets the threads know of a loop; as many as can be of use are woken.
    private func announce(_ loop: CoreLoop) {
        guard let threads else { return }
        let woken = state.withLock { state in
            if state.isStopped { return 0 }
            state.loops.append(loop)
            let woken = max(0, min(loop.count - 1, width - 1 - state.searching))
            state.searching += woken
            return woken
        }
        for _ in 0..<woken { threads.enqueue(.help(self)) }
    }

    /// Helps with loops until none has a call left to begin.
    func help() {
        while let loop = nextLoop() { loop.help() }
    }

    private func nextLoop() -> CoreLoop? {
        state.withLock { state in
            if let loop = state.loops.first(where: \.hasMore) { return loop }
            // Under the lock: a loop announced from now on wakes a thread again.
            state.searching -= 1
            return nil
        }
    }
}

/// One loop under way.
final class CoreLoop: Sendable {
    private struct State {
        /// Gone once the caller is done: from then on nobody may begin a call.
        var body: (@Sendable (Int) -> Void)?
        var helpers = 0
    }

    let count: Int
    private let next = Atomic(0)
    private let state: Guarded<State>
    private let helpersLeft = ThreadSignal()

    init(count: Int, body: @escaping @Sendable (Int) -> Void) {
        self.count = count
        state = Guarded(State(body: body))
    }

    /// Whether a call is left that nobody has begun.
    var hasMore: Bool { next.load(ordering: .relaxed) < count }

    /// Makes calls until none is left to begin.
    func work(_ body: @Sendable (Int) -> Void) {
        while true {
            let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if i >= count { return }
            body(i)
        }
    }

    func help() {
        guard join() else { return }
        let isLast = state.withLock { state in
            state.helpers -= 1
            return state.body == nil && state.helpers == 0
        }
        if isLast { helpersLeft.send() }
    }

    /// Works as a helper; not inlined, so that no reference to the body is left when it has returned.
    @inline(never)
    private func join() -> Bool {
        let body = state.withLock { state in
            if state.body != nil { state.helpers += 1 }
            return state.body
        }
        guard let body else { return false }
        work(body)
        return true
    }

    /// Ends the loop when no call is left to begin: waits for those that helpers are making.
    func close() {
        let mustWait = state.withLock { state in
            state.body = nil
            return state.helpers > 0
        }
        guard mustWait else { return }
        helpersLeft.wait()
        // The helpers' writes are the caller's to read: the lock shows that edge, also to the sanitizer.
        state.withLock { _ in }
    }
}
