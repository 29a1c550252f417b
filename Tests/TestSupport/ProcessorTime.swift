internal import Glibc

/// Time that was computed, not waited: what else the machine does is not in it.
package enum ProcessorTime {
    /// Nanoseconds by which a figure may be wrong: some systems count in hundredths of a second.
    package static let grain: UInt64 = 20_000_000

    /// Nanoseconds that the calling thread computes in `body`.
    package static func ofThread(_ body: () throws -> Void) rethrows -> UInt64 {
        let start = read(CLOCK_THREAD_CPUTIME_ID)
        try body()
        return read(CLOCK_THREAD_CPUTIME_ID) - start
    }

    /// Nanoseconds that all threads of the process have computed.
    package static var ofProcess: UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return 0 }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
