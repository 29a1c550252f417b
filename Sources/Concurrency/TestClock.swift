/// A clock that moves only when told to.
///
/// A test starts what sleeps, awaits `sleepers(atLeast:)`, then advances: no real time passes and nothing races.
public final class TestClock: WallClock {
    private enum Wake {
        case due
        case cancelled
    }

    private struct Sleeper {
        let deadline: UInt64
        let continuation: CheckedContinuation<Wake, Never>
    }

    private struct State {
        var now: UInt64
        var monotonic: UInt64 = 0
        var lastID: UInt64 = 0
        var sleepers: [UInt64: Sleeper] = [:]
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            let count = sleepers.count
            let satisfied = watchers.filter { $0.count <= count }
            watchers.removeAll { $0.count <= count }
            return satisfied.map(\.continuation)
        }
    }

    private let state: Guarded<State>

    public init(now: UInt64 = 0) {
        state = Guarded(State(now: now))
    }

    public var now: UInt64 { state.withLock { $0.now } }
    public var monotonic: UInt64 { state.withLock { $0.monotonic } }

    /// Tasks asleep now.
    public var sleeping: Int { state.withLock { $0.sleepers.count } }

    /// Moves time forward and wakes everyone due, earliest deadline first.
    public func advance(by milliseconds: UInt64) {
        let due: [Sleeper] = state.withLock { state in
            state.now = saturating(state.now, milliseconds)
            let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
            state.monotonic = saturating(state.monotonic, overflow ? .max : nanoseconds)
            let now = state.now
            let due = state.sleepers.filter { $0.value.deadline <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume(returning: .due) }
    }

    public func sleep(until deadline: UInt64) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Wake, Never>) in
                let (answer, watchers): (Wake?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
                    if Task.isCancelled { return (.cancelled, []) }
                    if state.now >= deadline { return (.due, []) }
                    state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
                    return (nil, state.takeWatchers())
                }
                if let answer { continuation.resume(returning: answer) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(returning: .cancelled)
        }
        if wake == .cancelled { throw CancellationError() }
    }

    /// Returns once `count` tasks sleep on this clock.
    public func sleepers(atLeast count: Int) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let enough = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if enough { continuation.resume() }
        }
    }

    private func saturating(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }
}
