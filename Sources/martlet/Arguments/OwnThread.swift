import Foundation

/// Runs what blocks for long on a thread of its own, not on one of the pool's.
func onOwnThread<R: Sendable>(_ name: String, _ body: @Sendable @escaping () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }
}
