public import Synchronization

/// A `Mutex` that Thread Sanitizer understands.
///
/// The slow path of `Mutex` lives in a library that is not instrumented, so under contention the sanitizer misses the
/// hand-over and reports races between critical sections that cannot overlap (seen with Swift 6.3.1 on Linux: forty
/// lines with four threads are enough). The acquiring load and releasing store below are compiled into the caller
/// and show it the edge; on x86-64 they are plain moves. Everything `Mutex` promises holds.
public struct Guarded<Value: ~Copyable>: ~Copyable, Sendable {
    @usableFromInline let mutex: Mutex<Value>
    @usableFromInline let edge = Atomic<UInt8>(0)

    @inlinable
    public init(_ value: consuming sending Value) {
        mutex = Mutex(value)
    }

    /// Runs `body` with the value, alone.
    @inlinable
    public borrowing func withLock<R: ~Copyable, E: Error>(
        _ body: (inout sending Value) throws(E) -> sending R
    ) throws(E) -> sending R {
        try mutex.withLock { value throws(E) -> sending R in
            _ = edge.load(ordering: .acquiring)
            defer { edge.store(0, ordering: .releasing) }
            return try body(&value)
        }
    }

    /// Runs `body` with the value, alone, or returns `nil` at once where another thread has it.
    @inlinable
    public borrowing func withLockIfAvailable<R: ~Copyable, E: Error>(
        _ body: (inout sending Value) throws(E) -> sending R
    ) throws(E) -> sending R? {
        try mutex.withLockIfAvailable { value throws(E) -> sending R in
            _ = edge.load(ordering: .acquiring)
            defer { edge.store(0, ordering: .releasing) }
            return try body(&value)
        }
    }
}
