internal import Locking

/// A value that tasks can share.
package final class Shared<Value: Sendable>: Sendable {
    private let storage: Guarded<Value>

    package init(_ value: Value) { storage = Guarded(value) }

    package var value: Value { storage.withLock { $0 } }

    package func update(_ body: (inout Value) -> Void) {
        storage.withLock { value in body(&value) }
    }
}
