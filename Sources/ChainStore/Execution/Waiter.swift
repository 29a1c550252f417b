internal import Concurrency

/// One suspended caller: it is resumed exactly once, by whoever comes first of result, failure and cancellation.
final class Waiter<Value: Sendable>: Sendable {
    private enum State: Sendable {
        case idle
        case waiting(CheckedContinuation<Value, any Error>)
        /// The work has begun and its outcome will be told; cancellation comes too late.
        case claimed(CheckedContinuation<Value, any Error>)
        case finished
    }

    private let state = Guarded(State.idle)

    /// Suspends the caller until `finish`; `begin` runs once the caller can be resumed, on the caller's thread.
    ///
    /// A cancelled task throws `CancellationError` at once, unless the work was claimed before.
    func wait(_ begin: (Waiter<Value>) -> Void) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let mayBegin = state.withLock { state in
                    guard case .idle = state else { return false }
                    state = .waiting(continuation)
                    return true
                }
                if mayBegin { begin(self) } else { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            cancel()
        }
    }

    var isWaiting: Bool {
        state.withLock { if case .waiting = $0 { true } else { false } }
    }

    /// Makes the outcome certain to be delivered; `false` when the caller has gone.
    func claim() -> Bool {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return false }
            state = .claimed(continuation)
            return true
        }
    }

    /// Resumes the caller; `false` when somebody else already has.
    @discardableResult
    func finish(_ result: Result<Value, any Error>) -> Bool {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .idle, .finished: return nil
            case .waiting(let continuation), .claimed(let continuation):
                state = .finished
                return continuation
            }
        }
        guard let continuation else { return false }
        continuation.resume(with: result)
        return true
    }

    private func cancel() {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .idle:
                state = .finished
                return nil
            case .waiting(let continuation):
                state = .finished
                return continuation
            case .claimed, .finished: return nil
            }
        }
        continuation?.resume(throwing: CancellationError())
    }
}
