internal import Locking

/// A value that is given away once, so that nobody who knew of it keeps its memory.
///
/// For what goes into a task: the task holds what it was begun with until its end, however early that has served.
public final class Parcel<Value: Sendable>: Sendable {
    private let value: Guarded<Value?>

    public init(_ value: consuming Value) { self.value = Guarded(value) }

    /// The value; `nil` for everybody but the first.
    public func take() -> Value? { value.withLock { $0.take() } }
}
