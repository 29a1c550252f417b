internal import Concurrency
internal import ConsensusTypes
internal import Hashing

/// Wakes those who wait for something to become known of a block.
///
/// A bell is registered before its owner looks again, so no ring is missed, and gone when its owner leaves, however.
/// Nothing polls: a sleeper looks when it is rung for, and ends by its moment, by cancellation or by `close`.
final class Bells: Sendable {
    /// What came of a wait.
    enum Outcome<Known: Sendable>: Sendable {
        case known(Known)
        /// Its moment came first.
        case late
        /// Too many wait: overflow refuses the newcomer.
        case crowded
        case closed
    }

    /// Who waits.
    struct Sleeper: Hashable, Sendable {
        /// The block that waits, or whose envelope does.
        let root: Root
        /// The block that it waits to hear of.
        let awaited: Root
    }

    private struct Bell {
        let sleeper: Sleeper
        let bytes: Int
        let queue: BoundedQueue<Void>
        var isAsleep = false
        var isRung = false
    }

    private struct State {
        var bells: [UInt64: Bell] = [:]
        var ids: [Root: Set<UInt64>] = [:]
        var bytes = 0
        var lastID: UInt64 = 0
        var isClosed = false
    }

    private enum Registration {
        case bell(UInt64, BoundedQueue<Void>)
        case crowded
        case closed
    }

    private let waiting: Int
    private let bytes: Int
    private let state = Guarded(State())

    /// - Parameters:
    ///   - waiting: how many may wait at once.
    ///   - bytes: how much they may hold together.
    init(waiting: Int, bytes: Int) {
        self.waiting = waiting
        self.bytes = bytes
    }

    /// How many wait now.
    var count: Int { state.withLock { $0.bells.count } }

    /// Those who sleep now and were not rung for.
    var sleepers: [Sleeper] {
        state.withLock { state in state.bells.values.filter { $0.isAsleep && !$0.isRung }.map(\.sleeper) }
    }

    /// Whether somebody was rung for and has not gone on yet.
    var isRinging: Bool { state.withLock { state in state.bells.values.contains { $0.isAsleep && $0.isRung } } }

    /// Wakes all who wait for `root`.
    func ring(_ root: Root) {
        let queues = state.withLock { state -> [BoundedQueue<Void>] in
            (state.ids[root] ?? []).compactMap { id in
                state.bells[id]?.isRung = true
                return state.bells[id]?.queue
            }
        }
        for queue in queues { queue.trySend(()) }
    }

    /// Ends all waits, now and later.
    func close() {
        let queues = state.withLock { state in
            state.isClosed = true
            return state.bells.values.map(\.queue)
        }
        for queue in queues { queue.finish() }
    }

    /// Waits until `look` finds something, at most until `end`, in milliseconds since 1970.
    ///
    /// A cancelled call throws `CancellationError` and leaves nothing behind. The observer is told of each sleep.
    func wait<Known: Sendable>(
        _ sleeper: Sleeper,
        bytes: Int,
        until end: UInt64,
        clock: any WallClock,
        observer: any WaitObserver,
        look: @Sendable @escaping () async -> Known?
    ) async throws -> Outcome<Known> {
        if let known = await look() { return .known(known) }
        let (id, queue): (UInt64, BoundedQueue<Void>)
        switch register(sleeper, bytes) {
        case .bell(let made, let its): (id, queue) = (made, its)
        case .crowded: return .crowded
        case .closed: return .closed
        }
        defer { unregister(id) }
        return try await withThrowingTaskGroup(of: Outcome<Known>.self) { group in
            group.addTask { [self] in
                while true {
                    awaken(id)
                    if let known = await look() { return .known(known) }
                    guard fallAsleep(id) else { continue }
                    observer.willWait(isOrphan: true)
                    // In this order: whoever asks whether all is still must see either the ring or the work.
                    defer {
                        observer.didWait()
                        awaken(id)
                    }
                    guard case .some = try await queue.receive() else { return .closed }
                }
            }
            if end != .max {
                group.addTask {
                    try await clock.sleep(until: end)
                    return .late
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .closed
        }
    }

    private func register(_ sleeper: Sleeper, _ size: Int) -> Registration {
        state.withLock { state in
            if state.isClosed { return .closed }
            guard state.bells.count < waiting, size <= bytes - state.bytes else { return .crowded }
            state.lastID += 1
            let queue = BoundedQueue<Void>(capacity: 1, overflow: .rejectNewest)
            state.bells[state.lastID] = Bell(sleeper: sleeper, bytes: size, queue: queue)
            state.ids[sleeper.awaited, default: []].insert(state.lastID)
            state.bytes += size
            return .bell(state.lastID, queue)
        }
    }

    private func unregister(_ id: UInt64) {
        state.withLock { state in
            guard let bell = state.bells.removeValue(forKey: id) else { return }
            state.bytes -= bell.bytes
            let awaited = bell.sleeper.awaited
            state.ids[awaited]?.remove(id)
            if state.ids[awaited]?.isEmpty == true { state.ids[awaited] = nil }
        }
    }

    private func awaken(_ id: UInt64) {
        state.withLock { state in
            state.bells[id]?.isAsleep = false
            state.bells[id]?.isRung = false
        }
    }

    /// `false` where it was rung for since it began to look.
    private func fallAsleep(_ id: UInt64) -> Bool {
        state.withLock { state in
            guard state.bells[id]?.isRung == false else { return false }
            state.bells[id]?.isAsleep = true
            return true
        }
    }
}
