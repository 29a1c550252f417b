import Glibc
import Synchronization

/// One thing to measure: how it is made ready, and what is timed.
struct Benchmark: Sendable {
    /// What one run takes; the sample's time is divided by `operations`.
    struct Run {
        /// Operations that one call of `body` performs.
        var operations: Int
        /// Threads that are at work.
        var threads = 1
        /// Validators of the state it works on.
        var validators: Int?
        var fork: String?
        /// Performs the operations and answers something that depends on them, so that none can be left out.
        ///
        /// What must not be timed is done between the calls of `Stopwatch.start` and its end.
        var body: (inout Stopwatch) async throws -> UInt64
    }

    let name: String
    /// `ns`, `us` or `ms`: the time of one operation.
    let unit: Unit
    let prepare: @Sendable () async throws -> Run

    enum Unit: String, Sendable {
        case ns, us, ms
        /// Included blocks a second: the only figure where more is better.
        case blocksPerSecond = "blocks/s"
        /// Not a time: what `Stopwatch.count` was told.
        case bytes
        /// Not a time: what `Stopwatch.count` was told, of a million.
        case ratio

        /// The figure for so many nanoseconds an operation.
        func value(_ nanoseconds: Double) -> Double {
            switch self {
            case .ns, .bytes: nanoseconds
            case .us: nanoseconds / 1e3
            case .ms, .ratio: nanoseconds / 1e6
            case .blocksPerSecond: nanoseconds > 0 ? 1e9 / nanoseconds : 0
            }
        }

        /// Whether the processor's time has a figure of its own.
        var isTime: Bool { self == .ns || self == .us || self == .ms }

        /// A part of a whole, of a million.
        static func parts(of part: UInt64, in whole: UInt64) -> UInt64 {
            whole == 0 ? 0 : UInt64((Double(part) / Double(whole) * 1e6).rounded())
        }
    }
}

/// Wall and processor time of a sample; a body may stop it around what is not to be timed.
struct Stopwatch {
    private(set) var wall: UInt64 = 0
    /// Of all threads of the process.
    private(set) var processor: UInt64 = 0
    private var started: (wall: UInt64, processor: UInt64)?

    mutating func start() {
        started = (Stopwatch.read(CLOCK_MONOTONIC), Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID))
    }

    mutating func stop() {
        guard let began = started else { return }
        wall += Stopwatch.read(CLOCK_MONOTONIC) - began.wall
        processor += Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID) - began.processor
        started = nil
    }

    /// Takes a number that is no time in place of one.
    mutating func count(_ number: UInt64) { wall += number }

    /// Times what `body` does.
    mutating func time<R>(_ body: () throws -> R) rethrows -> R {
        start()
        defer { stop() }
        return try body()
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return 0 }
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

/// A figure as it is printed: one JSON object.
struct Figure: Encodable, Sendable {
    var name: String
    /// The median of wall time, in `unit`.
    var value: Double
    /// The median of processor time over all threads, in `unit`; not for rates.
    var cpu: Double?
    var unit: String
    var threads: Int
    /// Operations in a sample.
    var n: Int
    var repeats: Int
    var validators: Int?
    var fork: String?
    var processor: String
}

extension Benchmark {
    /// Takes everything in that bodies answer.
    private static let sink = Atomic<UInt64>(0)

    /// One run to warm up, then the median of `repeats`.
    func measure(repeats: Int, processor: String) async throws -> Figure {
        let run = try await prepare()
        var samples: [Stopwatch] = []
        for _ in 0...max(1, repeats) {
            var watch = Stopwatch()
            let answer = try await run.body(&watch)
            Self.sink.add(answer & 1, ordering: .relaxed)
            samples.append(watch)
        }
        samples.removeFirst()
        let operations = Double(max(1, run.operations))
        let wall = Self.median(samples.map(\.wall)) / operations
        let cpu = Self.median(samples.map(\.processor)) / operations
        return Figure(
            name: name,
            value: Self.rounded(unit.value(wall)),
            cpu: unit.isTime ? Self.rounded(unit.value(cpu)) : nil,
            unit: unit.rawValue,
            threads: run.threads,
            n: run.operations,
            repeats: samples.count,
            validators: run.validators,
            fork: run.fork,
            processor: processor
        )
    }

    static func median(_ values: [UInt64]) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.last else { return 0 }
        let middle = sorted.count / 2
        if sorted.count == 1 { return Double(last) }
        return sorted.count.isMultiple(of: 2)
            ? (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2 : Double(sorted[middle])
    }

    /// Three digits behind the point: more is noise.
    private static func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}
