internal import Synchronization

/// The rules of a permit pool, without lock and without suspension.
struct PermitPoolStateMachine<Waiter> {
    let width: Int
    private(set) var available: Int
    private var queue = WaiterQueue<(waiter: Waiter, need: Int)>()
    private var lastID: UInt64 = 0

    init(width: Int) {
        self.width = max(1, width)
        available = self.width
    }

    var waiting: Int { queue.count }

    mutating func makeID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// Takes `need` permits unless somebody is already waiting: no overtaking.
    mutating func take(_ need: Int) -> Bool {
        guard queue.isEmpty, need <= available else { return false }
        available -= need
        return true
    }

    mutating func park(_ waiter: Waiter, need: Int, id: UInt64) {
        queue.append((waiter, need), id: id)
    }

    /// Gives permits back; returns the callers who have theirs now.
    mutating func release(_ count: Int) -> [Waiter] {
        available = min(width, available + count)
        return grant()
    }

    /// Takes a caller out; whoever it held up behind it may go.
    mutating func cancel(id: UInt64) -> (cancelled: Waiter?, granted: [Waiter]) {
        guard let entry = queue.remove(id: id) else { return (nil, []) }
        return (entry.waiter, grant())
    }

    private mutating func grant() -> [Waiter] {
        var granted: [Waiter] = []
        while let head = queue.first(), head.need <= available, let entry = queue.popFirst() {
            available -= entry.need
            granted.append(entry.waiter)
        }
        return granted
    }
}

/// A fixed number of permits handed out in order of asking: an asynchronous counting semaphore.
///
/// Caps what is in flight (tasks, or bytes when a caller asks for several permits at once) and holds callers back
/// when all is taken. Strictly first in, first out: a large request is never starved by small ones behind it.
public final class PermitPool: Sendable {
    /// Permits held; they go back when `release()` is called or the last reference is dropped.
    public final class Permit: Sendable {
        public let count: Int
        private let pool: PermitPool
        private let returned = Atomic(false)

        fileprivate init(pool: PermitPool, count: Int) {
            self.pool = pool
            self.count = count
        }

        /// Gives the permits back now; a second call does nothing.
        public func release() {
            guard !returned.exchange(true, ordering: .acquiringAndReleasing) else { return }
            pool.release(count)
        }

        deinit { release() }
    }

    private typealias Waiter = CheckedContinuation<Bool, Never>

    private let storage: Guarded<PermitPoolStateMachine<Waiter>>

    /// A width below one counts as one.
    public init(width: Int) {
        storage = Guarded(PermitPoolStateMachine(width: width))
    }

    public var width: Int { storage.withLock { $0.width } }
    public var available: Int { storage.withLock { $0.available } }
    public var waiting: Int { storage.withLock { $0.waiting } }

    /// Waits for `count` permits (kept between one and the width); throws `CancellationError` and takes none when cancelled.
    public func acquire(_ count: Int = 1) async throws -> Permit {
        try Task.checkCancellation()
        let (id, need, taken) = storage.withLock { machine in
            let need = min(max(1, count), machine.width)
            return (machine.makeID(), need, machine.take(need))
        }
        if taken { return Permit(pool: self, count: need) }
        let granted = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Waiter) in
                let answer: Bool? = storage.withLock { machine in
                    if Task.isCancelled { return false }
                    if machine.take(need) { return true }
                    machine.park(continuation, need: need, id: id)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let (cancelled, unblocked) = storage.withLock { $0.cancel(id: id) }
            cancelled?.resume(returning: false)
            for waiter in unblocked { waiter.resume(returning: true) }
        }
        guard granted else { throw CancellationError() }
        return Permit(pool: self, count: need)
    }

    /// Permits at once, or `nil` when too few are free or others wait already.
    public func tryAcquire(_ count: Int = 1) -> Permit? {
        let need: Int? = storage.withLock { machine in
            let need = min(max(1, count), machine.width)
            return machine.take(need) ? need : nil
        }
        return need.map { Permit(pool: self, count: $0) }
    }

    /// Runs `body` while holding `count` permits.
    public func withPermit<R: Sendable>(_ count: Int = 1, _ body: () async throws -> R) async throws -> R {
        let permit = try await acquire(count)
        defer { permit.release() }
        return try await body()
    }

    fileprivate func release(_ count: Int) {
        for waiter in storage.withLock({ $0.release(count) }) { waiter.resume(returning: true) }
    }
}
