public import Concurrency

/// One figure, or one for each value of a label, as Prometheus takes them.
public struct MetricFamily: Sendable {
    public enum Kind: String, Sendable { case gauge, counter, histogram }

    /// One line, or a histogram's lines.
    public enum Value: Sendable {
        case number(UInt64)
        /// Shown in seconds.
        case durations(LatencyHistogram)
    }

    public struct Sample: Sendable {
        public var labels: [(name: String, value: String)]
        public var value: Value

        public init(labels: [(name: String, value: String)] = [], _ value: Value) {
            self.labels = labels
            self.value = value
        }
    }

    public var name: String
    public var help: String
    public var kind: Kind
    public var samples: [Sample]

    public init(_ name: String, _ kind: Kind, _ help: String, samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    public init(_ name: String, _ kind: Kind, _ help: String, _ number: UInt64) {
        self.init(name, kind, help, samples: [Sample(.number(number))])
    }

    /// One sample for each value of one label, in the order of the values.
    public init(_ name: String, _ kind: Kind, _ help: String, by label: String, _ numbers: [String: UInt64]) {
        let samples = numbers.sorted { $0.key < $1.key }.map { key, number in
            Sample(labels: [(name: label, value: key)], .number(number))
        }
        self.init(name, kind, help, samples: samples)
    }
}

/// The text form of metrics, version 0.0.4.
public enum PrometheusText {
    /// Upper ends of the buckets, in nanoseconds: 50 µs to 50 s.
    static let bounds: [UInt64] = [
        50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
        50_000_000_000,
    ]

    public static func render(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families {
            text += "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                switch sample.value {
                case .number(let number): text += "\(family.name)\(labels(sample.labels)) \(number)\n"
                case .durations(let histogram): text += lines(family.name, sample.labels, histogram)
                }
            }
        }
        return text
    }

    private static func lines(
        _ name: String,
        _ fixed: [(name: String, value: String)],
        _ histogram: LatencyHistogram
    ) -> String {
        var text = ""
        for bound in bounds {
            let all = labels(fixed + [(name: "le", value: seconds(bound))])
            text += "\(name)_bucket\(all) \(histogram.count(atMost: bound))\n"
        }
        text += "\(name)_bucket\(labels(fixed + [(name: "le", value: "+Inf")])) \(histogram.count)\n"
        text += "\(name)_sum\(labels(fixed)) \(seconds(histogram.sum))\n"
        text += "\(name)_count\(labels(fixed)) \(histogram.count)\n"
        return text
    }

    private static func seconds(_ nanoseconds: UInt64) -> String { "\(Double(nanoseconds) / 1e9)" }

    private static func labels(_ labels: [(name: String, value: String)]) -> String {
        if labels.isEmpty { return "" }
        let parts = labels.map { label in
            let value = label.value
                .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(label.name)=\"\(value)\""
        }
        return "{\(parts.joined(separator: ","))}"
    }
}
