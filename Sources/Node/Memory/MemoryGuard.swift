internal import BlockPipeline
internal import Concurrency
internal import Foundation

/// Keeps a node below its memory limit: states in memory give way to what has no bound, and come back when there is room.
struct MemoryGuard: Sendable {
    /// Milliseconds from one look to the next.
    private static let period: UInt64 = 250

    let limit: MemoryLimit
    let cache: StateCache
    let clock: any WallClock
    let log: Log
    /// Hands freed memory back to the system.
    let release: @Sendable () -> Void

    init(
        _ limit: MemoryLimit,
        chain: Chain,
        clock: any WallClock,
        log: Log,
        release: @escaping @Sendable () -> Void
    ) {
        self.limit = limit
        cache = chain.states.cache
        self.clock = clock
        self.log = log
        self.release = release
    }

    /// Looks until the task is cancelled.
    func run() async throws {
        var lastWarning: UInt64?
        while true {
            try await clock.sleep(until: clock.now + Self.period)
            guard let memory = ProcessMemory.read(), let step = step(memory) else { continue }
            cache.setLimit(step)
            if memory.resident > limit.bytes / 10 * 8 { release() }
            let isOver = memory.resident > limit.bytes && step <= limit.leastStates
            guard isOver, lastWarning.map({ clock.now > $0 + 60_000 }) ?? true else { continue }
            lastWarning = clock.now
            log.warning(
                "memory",
                [("limit", limit.bytes), ("used", memory.anonymous), ("resident", memory.resident)]
            )
        }
    }

    /// The next bound of states in memory; `nil` where it may stay.
    func step(_ memory: ProcessMemory) -> Int? {
        let current = cache.limit
        let high = limit.bytes / 10 * 8
        if memory.resident > high {
            let next = max(limit.leastStates, min(current, cache.bytes) - (memory.resident - high))
            return next < current || next == limit.leastStates ? next : nil
        }
        guard memory.resident < limit.bytes / 10 * 7, current < limit.states else { return nil }
        return min(limit.states, current + limit.bytes / 64)
    }
}
