internal import Glibc

/// Time as the rest of the program sees it; tests put their own in.
///
/// Wall time is milliseconds since 1970 and may step when the machine's clock is corrected; measure durations with
/// `monotonic` only.
public protocol WallClock: Sendable {
    /// Milliseconds since 1970-01-01 UTC.
    var now: UInt64 { get }

    /// Nanoseconds since some fixed moment; never steps back.
    var monotonic: UInt64 { get }

    /// Returns when `now` has reached `deadline`; throws `CancellationError` when the task is cancelled.
    func sleep(until deadline: UInt64) async throws
}

/// The machine's clocks.
public struct SystemClock: WallClock {
    /// The longest single nap: a wall clock that steps while we sleep is noticed within it.
    private static let longestNap: UInt64 = 10_000

    public init() {}

    public var now: UInt64 {
        let time = read(CLOCK_REALTIME)
        return time.seconds &* 1_000 &+ time.nanoseconds / 1_000_000
    }

    public var monotonic: UInt64 {
        let time = read(CLOCK_MONOTONIC)
        return time.seconds &* 1_000_000_000 &+ time.nanoseconds
    }

    public func sleep(until deadline: UInt64) async throws {
        try Task.checkCancellation()
        while true {
            let now = now
            if now >= deadline { return }
            try await Task.sleep(for: .milliseconds(min(deadline - now, Self.longestNap)))
        }
    }

    private func read(_ clock: clockid_t) -> (seconds: UInt64, nanoseconds: UInt64) {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return (0, 0) }
        return (UInt64(max(0, time.tv_sec)), UInt64(max(0, time.tv_nsec)))
    }
}
