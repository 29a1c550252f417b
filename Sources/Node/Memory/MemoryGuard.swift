internal import BlockPipeline
internal import Concurrency
internal import Foundation

/// Keeps a node below its memory limit: states in memory give way to what has no bound, and come back when there is room.
///
/// What gives way, in this order: states in memory down to `MemoryLimit.leastStates` (they are rebuilt from the store), freed
/// memory that the allocator has kept, pages of the store's mapped files (they are read again). When all that has gone and
/// the process is still above the limit, the limit is too small for the chain: the node goes on, says so, and how much there
/// is of what cannot give way (overflow policy: growth is told, blocks are not refused).
struct MemoryGuard: Sendable {
    /// Milliseconds from one look to the next.
    private static let period: UInt64 = 250
    /// Milliseconds from one warning to the next, and between two times that mapped files are given back.
    private static let warningPeriod: UInt64 = 60_000
    private static let mappedPeriod: UInt64 = 1_000

    let limit: MemoryLimit
    let cache: StateCache
    let clock: any WallClock
    let log: Log
    /// Hands freed memory back to the system.
    let release: @Sendable () -> Void

    /// Guards what `body` does, if there is a limit.
    static func watching<R: Sendable>(
        _ limit: MemoryLimit?,
        _ cache: StateCache?,
        clock: any WallClock,
        log: Log,
        release: @escaping @Sendable () -> Void,
        _ body: @Sendable () async throws -> R
    ) async throws -> R {
        guard let limit, let cache else { return try await body() }
        let memory = MemoryGuard(limit: limit, cache: cache, clock: clock, log: log, release: release)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await memory.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Looks until the task is cancelled, on a thread of its own: to give memory back may take the system a while.
    func run() async throws {
        try await ThreadExecutor.once("memory") { try await look() }
    }

    private func look() async throws {
        var lastWarning: UInt64?
        var lastMapped: UInt64 = 0
        while true {
            try await clock.sleep(until: clock.now + Self.period)
            guard let memory = ProcessMemory.read() else { continue }
            let next = step(memory)
            if let next { cache.setLimit(next) }
            guard memory.resident > limit.high else { continue }
            release()
            let now = clock.now
            if now >= lastMapped + Self.mappedPeriod {
                lastMapped = now
                MappedFiles.giveBack(where: MappedFiles.isTable)
            }
            // What is left when all of that has gone.
            guard let left = ProcessMemory.read() else { continue }
            let isOver = left.resident > limit.bytes && cache.limit <= limit.leastStates
            guard isOver, lastWarning.map({ now > $0 + Self.warningPeriod }) ?? true else { continue }
            lastWarning = now
            log.warning(
                "memory_limit_too_small",
                [
                    ("limit", limit.bytes), ("resident", left.resident), ("anonymous", left.anonymous),
                    ("states", cache.bytes), ("policy", "goes on above the limit"),
                ]
            )
        }
    }

    /// The next bound of states in memory; `nil` where it may stay.
    func step(_ memory: ProcessMemory) -> Int? {
        let current = cache.limit
        if memory.resident > limit.high {
            let next = max(limit.leastStates, min(current, cache.bytes) - (memory.resident - limit.high))
            return next < current || next == limit.leastStates ? next : nil
        }
        guard memory.resident < limit.low, current < limit.states else { return nil }
        return min(limit.states, current + limit.bytes / 64)
    }
}
