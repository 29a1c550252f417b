import TestSupport
import Testing

@testable import Concurrency

@Suite struct ClockTests {
    @Test func sleepersWakeAtTheirDeadline() async throws {
        let clock = TestClock(now: 1_000)
        let woken = Shared<[UInt64]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for delay: UInt64 in [30, 10, 20] {
                group.addTask {
                    try await clock.sleep(until: 1_000 + delay)
                    woken.update { $0.append(delay) }
                }
            }
            await clock.sleepers(atLeast: 3)
            clock.advance(by: 9)
            #expect(clock.sleeping == 3)
            clock.advance(by: 1)
            #expect(await eventually { woken.value == [10] })
            clock.advance(by: 90)
            try await group.waitForAll()
        }
        #expect(clock.now == 1_100)
        #expect(clock.monotonic == 100_000_000)
        try await clock.sleep(until: 1_100)
        let sleeper = Task { try await clock.sleep(until: 5_000) }
        await clock.sleepers(atLeast: 1)
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(clock.sleeping == 0)
    }

    @Test func systemClockTellsTheTime() async throws {
        let clock = SystemClock()
        let (wall, steady) = (clock.now, clock.monotonic)
        #expect(wall > 1_700_000_000_000)
        try await clock.sleep(until: wall + 2)
        #expect(clock.now >= wall + 2)
        #expect(clock.monotonic > steady)
        try await clock.sleep(until: 0)
    }
}

@Suite struct LatencyHistogramTests {
    @Test func bucketsTileTheWholeRange() {
        var expected: UInt64 = 0
        for index in 0..<LatencyHistogram.bucketCount {
            let upper = LatencyHistogram.upperBound(of: index)
            if LatencyHistogram.index(of: expected) != index { Issue.record("\(expected) is not in \(index)") }
            if LatencyHistogram.index(of: upper) != index { Issue.record("\(upper) is not in \(index)") }
            expected = upper &+ 1
        }
        #expect(LatencyHistogram.upperBound(of: LatencyHistogram.bucketCount - 1) == .max)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func percentilesAreWithinASixteenth(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var histogram = LatencyHistogram()
        var halves = (LatencyHistogram(), LatencyHistogram())
        var values: [UInt64] = []
        for number in 0..<10_000 {
            let value = UInt64.random(in: 0..<(1 << UInt64.random(in: 1..<50, using: &random)), using: &random)
            values.append(value)
            histogram.record(value)
            if number % 2 == 0 { halves.0.record(value) } else { halves.1.record(value) }
        }
        values.sort()
        for fraction in [0.0, 0.01, 0.5, 0.95, 0.99, 0.999, 1.0] {
            let rank = max(1, Int((fraction * 10_000).rounded(.up)))
            let exact = values[rank - 1]
            let got = histogram.percentile(fraction) ?? 0
            let inBounds = got >= exact && Double(got) <= Double(exact) * 1.0625 + 1
            #expect(inBounds, "seed \(seed): p\(fraction) is \(got), exactly \(exact)")
        }
        halves.0.merge(halves.1)
        #expect(halves.0 == histogram)
        #expect(histogram.summary.max == values.last)
        #expect(histogram.count(atMost: .max) == 10_000)
    }

    @Test func emptyAndExtreme() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.5) == nil)
        #expect(histogram.summary.p99 == 0)
        histogram.record(UInt64.max)
        histogram.record(UInt64.max)
        #expect(histogram.sum == .max)
        #expect(histogram.percentile(1) == .max)
        histogram.record(Duration.milliseconds(-5))
        histogram.record(Duration.milliseconds(2))
        #expect(histogram.min == 0)
        #expect(histogram.count(atMost: 3_000_000) == 2)
    }
}
