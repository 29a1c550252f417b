/// Durations counted in fixed logarithmic buckets: constant memory, percentiles within 1/16.
///
/// Below 16 every nanosecond has its bucket; above, each power of two is cut into 16. A percentile is the upper end
/// of its bucket, never more than 6.25% above the true value, and never above the largest value recorded. About 8 KB.
public struct LatencyHistogram: Sendable, Hashable {
    /// The figures people ask for, in nanoseconds.
    public struct Summary: Sendable, Hashable {
        public var count: UInt64
        public var mean: UInt64
        public var p50: UInt64
        public var p95: UInt64
        public var p99: UInt64
        public var max: UInt64
    }

    static let bucketCount = 16 + 60 * 16

    private var buckets = [UInt64](repeating: 0, count: Self.bucketCount)
    public private(set) var count: UInt64 = 0
    /// The sum of all durations; stays at the maximum rather than wrap.
    public private(set) var sum: UInt64 = 0
    public private(set) var min: UInt64 = .max
    public private(set) var max: UInt64 = 0

    public init() {}

    public mutating func record(_ nanoseconds: UInt64) {
        buckets[Self.index(of: nanoseconds)] += 1
        count += 1
        let (total, overflow) = sum.addingReportingOverflow(nanoseconds)
        sum = overflow ? .max : total
        min = Swift.min(min, nanoseconds)
        max = Swift.max(max, nanoseconds)
    }

    public mutating func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return record(0) }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (total, carried) = whole.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        record(overflow || carried ? .max : total)
    }

    /// Adds everything another histogram has counted.
    public mutating func merge(_ other: LatencyHistogram) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
        let (total, overflow) = sum.addingReportingOverflow(other.sum)
        sum = overflow ? .max : total
        min = Swift.min(min, other.min)
        max = Swift.max(max, other.max)
    }

    /// The duration that `fraction` (0...1) of all records do not exceed; `nil` when nothing was recorded.
    public func percentile(_ fraction: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let wanted = (Swift.min(1, Swift.max(0, fraction)) * Double(count)).rounded(.up)
        // A rank beyond the exact range of Double is the last one anyway.
        let rank = wanted >= Double(count) ? count : Swift.max(1, UInt64(wanted))
        var seen: UInt64 = 0
        for (index, bucket) in buckets.enumerated() {
            seen += bucket
            if seen >= rank { return Swift.max(min, Swift.min(max, Self.upperBound(of: index))) }
        }
        return max
    }

    /// How many records lie in buckets that end at or below `nanoseconds`: for cumulative exports.
    public func count(atMost nanoseconds: UInt64) -> UInt64 {
        if nanoseconds >= max { return count }
        var seen: UInt64 = 0
        for (index, bucket) in buckets.enumerated() {
            if Self.upperBound(of: index) > nanoseconds { break }
            seen += bucket
        }
        return seen
    }

    public var summary: Summary {
        Summary(
            count: count,
            mean: count == 0 ? 0 : sum / count,
            p50: percentile(0.50) ?? 0,
            p95: percentile(0.95) ?? 0,
            p99: percentile(0.99) ?? 0,
            max: max
        )
    }

    static func index(of value: UInt64) -> Int {
        if value < 16 { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 3) * 16 + Int((value >> UInt64(exponent - 4)) & 15)
    }

    /// The largest value that falls into bucket `index`.
    static func upperBound(of index: Int) -> UInt64 {
        if index < 16 { return UInt64(index) }
        let shift = UInt64(index / 16 - 1)
        let low = (16 + UInt64(index % 16)) << shift
        return low + ((1 << shift) - 1)
    }
}
