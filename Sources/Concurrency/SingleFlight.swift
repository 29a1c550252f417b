/// Runs one computation per key at a time; whoever asks meanwhile shares its outcome, value or error.
///
/// A cancelled caller leaves alone: the others still get the value. When the last caller leaves, the computation's
/// task is cancelled and its entry removed at once, so a later caller starts afresh and never inherits a cancelled
/// run. Nothing is remembered after completion: this is not a cache.
///
/// The computation runs in a task of its own (the in-flight table is one of the two places where the house allows
/// that), on `executor` when one is given. A computation that awaits its own key deadlocks.
public final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Caller = CheckedContinuation<Result<Value, any Error>, Never>

    private struct Flight {
        let number: UInt64
        var task: Task<Void, Never>?
        var callers: [UInt64: Caller] = [:]
    }

    private struct Table {
        var flights: [Key: Flight] = [:]
        var lastNumber: UInt64 = 0
        var statistics = SingleFlightStatistics()

        mutating func makeNumber() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }
    }

    private let table = Guarded(Table())
    private let executor: (any TaskExecutor)?

    public init(executor: (any TaskExecutor)? = nil) {
        self.executor = executor
    }

    /// Keys being computed now.
    public var inFlight: Int { table.withLock { $0.flights.count } }

    /// Callers waiting now, over all keys.
    public var waiting: Int { table.withLock { $0.flights.values.reduce(0) { $0 + $1.callers.count } } }

    public var statistics: SingleFlightStatistics { table.withLock { $0.statistics } }

    /// The value of `key`: from the run under way, or from a new run of `operation`.
    public func value(
        for key: Key,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let id = table.withLock { $0.makeNumber() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (caller: Caller) in
                let joined = table.withLock { table in
                    if Task.isCancelled { return false }
                    join(key, caller, id: id, operation, in: &table)
                    return true
                }
                if !joined { caller.resume(returning: .failure(CancellationError())) }
            }
        } onCancel: {
            leave(key, id: id)
        }
        return try result.get()
    }

    private func join(
        _ key: Key,
        _ caller: Caller,
        id: UInt64,
        _ operation: @escaping @Sendable () async throws -> Value,
        in table: inout Table
    ) {
        if table.flights[key] != nil {
            table.flights[key]?.callers[id] = caller
            table.statistics.joined += 1
            return
        }
        let number = table.makeNumber()
        table.statistics.started += 1
        // The task is made under the lock, so whoever leaves last finds it there to cancel.
        let task = Task(executorPreference: executor) { [self] in
            let result: Result<Value, any Error>
            do { result = .success(try await operation()) } catch { result = .failure(error) }
            land(key, number: number, result)
        }
        table.flights[key] = Flight(number: number, task: task, callers: [id: caller])
    }

    private func leave(_ key: Key, id: UInt64) {
        let (caller, task): (Caller?, Task<Void, Never>?) = table.withLock { table in
            guard let caller = table.flights[key]?.callers.removeValue(forKey: id) else { return (nil, nil) }
            guard let flight = table.flights[key], flight.callers.isEmpty else { return (caller, nil) }
            table.flights[key] = nil
            table.statistics.abandoned += 1
            return (caller, flight.task)
        }
        task?.cancel()
        caller?.resume(returning: .failure(CancellationError()))
    }

    private func land(_ key: Key, number: UInt64, _ result: Result<Value, any Error>) {
        let callers: [Caller] = table.withLock { table in
            // An abandoned run may land after a new one took its place.
            guard let flight = table.flights[key], flight.number == number else { return [] }
            table.flights[key] = nil
            return Array(flight.callers.values)
        }
        for caller in callers { caller.resume(returning: result) }
    }
}

/// Counters of an in-flight table since it was made.
public struct SingleFlightStatistics: Sendable, Hashable {
    /// Computations begun.
    public var started: UInt64 = 0
    /// Callers who shared a computation begun by another.
    public var joined: UInt64 = 0
    /// Computations cancelled because every caller had left.
    public var abandoned: UInt64 = 0

    public init() {}
}
