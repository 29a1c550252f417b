internal import Concurrency

/// Tells a daemon to stop, once; the first reason counts.
public final class StopSignal: Sendable {
    private struct State {
        var reason: String?
        var error: (any Error)?
    }

    private let state = Guarded(State())
    private let queue = BoundedQueue<Void>(capacity: 1, overflow: .rejectNewest)

    public init() {}

    /// Asks for the stop, for whatever `reason`.
    public func request(_ reason: String) { set(reason, nil) }

    /// Asks for the stop since something failed: `Daemon.run` throws the error when all is put away.
    public func fail(_ reason: String, _ error: any Error) { set(reason, error) }

    /// Why it was asked for, if it was.
    public var reason: String? { state.withLock { $0.reason } }

    var error: (any Error)? { state.withLock { $0.error } }

    private func set(_ reason: String, _ error: (any Error)?) {
        state.withLock { state in
            guard state.reason == nil else { return }
            state.reason = reason
            state.error = error
        }
        queue.finish()
    }

    /// Returns once the stop was asked for, or the task is cancelled.
    public func wait() async { _ = try? await queue.receive() }
}
