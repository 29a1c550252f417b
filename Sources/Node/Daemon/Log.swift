public import Concurrency
internal import Foundation

/// Lines of `key=value` for people and machines.
///
/// `info` is readable for months, `debug` within a slot. What a peer did wrong is never above `debug`; `error` means
/// that something of ours is broken.
public struct Log: Sendable {
    public enum Level: String, CaseIterable, Comparable, Sendable {
        case debug, info, warning, error

        public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }

        private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    /// A name and a value; the value is quoted where it needs to be.
    public typealias Field = (key: String, value: any CustomStringConvertible)

    private let level: Level
    private let clock: any WallClock
    private let sink: @Sendable (String) -> Void

    /// - Parameters:
    ///   - sink: takes whole lines, their end included.
    public init(
        level: Level = .info,
        clock: any WallClock = SystemClock(),
        sink: @escaping @Sendable (String) -> Void
    ) {
        self.level = level
        self.clock = clock
        self.sink = sink
    }

    /// Nowhere.
    public static let none = Log(level: .error) { _ in }

    /// Writes a line, unless its level is below the log's.
    public func write(_ level: Level, _ event: String, _ fields: [Field] = []) {
        guard level >= self.level else { return }
        var line = "time=\(Log.time(clock.now)) level=\(level.rawValue) event=\(event)"
        for field in fields { line += " \(field.key)=\(Log.quoted("\(field.value)"))" }
        sink(line + "\n")
    }

    public func debug(_ event: String, _ fields: [Field] = []) { write(.debug, event, fields) }
    public func info(_ event: String, _ fields: [Field] = []) { write(.info, event, fields) }
    public func warning(_ event: String, _ fields: [Field] = []) { write(.warning, event, fields) }
    public func error(_ event: String, _ fields: [Field] = []) { write(.error, event, fields) }

    /// UTC with milliseconds.
    public static func time(_ milliseconds: UInt64) -> String {
        // Whole seconds only go through the floating point of `Date`.
        let seconds = Date(timeIntervalSince1970: Double(milliseconds / 1_000)).formatted(.iso8601).dropLast()
        let rest = String(milliseconds % 1_000)
        return "\(seconds).\(String(repeating: "0", count: 3 - rest.count))\(rest)Z"
    }

    /// Text with spaces, quotes or control characters in quotes, those escaped.
    static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 32 && $0 != "\"" && $0 != "=" }
        if isPlain { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 32: quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
