internal import Concurrency
internal import Dispatch

/// A bounded queue between many tasks and a few threads; it refuses what does not fit.
///
/// Tasks never wait here. Threads wait in `take` on a semaphore, which is signalled only when a thread sleeps.
final class WorkQueue<Job: Sendable>: Sendable {
    private struct Entry {
        var job: Job
        var cost: Int
    }

    private struct State {
        /// Entries before `first` are taken and blanked.
        var entries: [Entry?] = []
        var first = 0
        var bytes = 0
        var sleeping = 0
        var isClosed = false

        var count: Int { entries.count - first }
    }

    private let name: String
    private let countLimit: Int
    private let byteLimit: Int
    private let state = Guarded(State())
    private let wake = DispatchSemaphore(value: 0)

    init(_ name: String, countLimit: Int, byteLimit: Int = .max) {
        self.name = name
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    var count: Int { state.withLock { $0.count } }

    /// Adds a job, or says why not; a job of any cost fits an empty queue.
    func push(_ job: Job, cost: Int = 0) -> StoreError? {
        var wakes = false
        let refusal: StoreError? = state.withLock { state in
            guard !state.isClosed else { return .closed }
            guard state.count < countLimit else { return .overloaded(queue: name, limit: countLimit) }
            let (bytes, overflow) = state.bytes.addingReportingOverflow(cost)
            guard state.count == 0 || (!overflow && bytes <= byteLimit) else {
                return .overloaded(queue: name, limit: byteLimit)
            }
            state.entries.append(Entry(job: job, cost: cost))
            state.bytes = bytes
            if state.sleeping > 0 {
                state.sleeping -= 1
                wakes = true
            }
            return nil
        }
        if wakes { wake.signal() }
        return refusal
    }

    /// Waits for work and takes the oldest jobs, at least one; `nil` once the queue is closed and empty.
    ///
    /// `share` is the number of threads that take: none grabs more than its part of a long queue.
    func take(atMost limit: Int, bytes byteLimit: Int = .max, share: Int = 1) -> [Job]? {
        while true {
            var isDone = false
            let jobs: [Job] = state.withLock { state in
                guard state.count > 0 else {
                    isDone = state.isClosed
                    if !isDone { state.sleeping += 1 }
                    return []
                }
                return grab(&state, atMost: max(1, min(limit, state.count / share)), byteLimit)
            }
            if !jobs.isEmpty { return jobs }
            if isDone { return nil }
            wake.wait()
        }
    }

    /// Takes no more jobs; those queued are still handed out.
    func close() {
        let sleeping = state.withLock { state in
            state.isClosed = true
            defer { state.sleeping = 0 }
            return state.sleeping
        }
        for _ in 0..<sleeping { wake.signal() }
    }

    private func grab(_ state: inout State, atMost limit: Int, _ byteLimit: Int) -> [Job] {
        var jobs: [Job] = []
        var bytes = 0
        while jobs.count < limit, state.first < state.entries.count, let entry = state.entries[state.first] {
            guard jobs.isEmpty || (bytes < byteLimit && entry.cost <= byteLimit - bytes) else { break }
            jobs.append(entry.job)
            bytes += min(entry.cost, byteLimit - min(bytes, byteLimit))
            state.bytes -= entry.cost
            state.entries[state.first] = nil
            state.first += 1
        }
        if state.first == state.entries.count {
            state.entries.removeAll(keepingCapacity: state.first <= 4096)
            state.first = 0
        } else if state.first > 4096, state.first > state.entries.count / 2 {
            state.entries.removeFirst(state.first)
            state.first = 0
        }
        return jobs
    }
}
