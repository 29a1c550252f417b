/// What came of one vector.
public enum Verdict: Equatable, Sendable {
    case passed
    /// Says what was expected and what came.
    case failed(String)
    /// Says why, in words that are the same for every case skipped for that reason: skips are counted by it.
    case skipped(String)

    /// For a handler that a runner does not know: a suite younger than this code, or another's.
    static func unknownHandler(_ vector: VectorCase) -> Verdict {
        .skipped("no handler \(vector.runner)/\(vector.handler)")
    }
}

/// A result that is not the vector's: thrown by a runner, it fails the case.
public struct Mismatch: Error, Equatable, CustomStringConvertible {
    public let what: String
    public let expected: String
    public let got: String

    public init(_ what: String, expected: some Any, got: some Any) {
        self.what = what
        self.expected = Self.text(expected)
        self.got = Self.text(got)
    }

    public var description: String { "\(what): expected \(expected), got \(got)" }

    /// Long values are cut: a report is for reading.
    private static func text(_ value: some Any) -> String {
        if let bytes = value as? [UInt8] {
            let digits = bytes.prefix(48).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            return bytes.count <= 48 ? "0x\(digits)" : "0x\(digits)… (\(bytes.count) bytes)"
        }
        let text = String(describing: value)
        return text.count <= 400 ? text : "\(text.prefix(400))…"
    }
}

/// Throws a ``Mismatch`` unless the two are equal.
public func expectEqual<Value: Equatable>(
    _ what: @autoclosure () -> String,
    expected: Value,
    got: Value
) throws(Mismatch) {
    guard expected != got else { return }
    throw Mismatch(what(), expected: expected, got: got)
}

/// Throws a ``Mismatch`` unless two byte strings are equal, naming the first byte that differs.
public func expectEqualBytes(
    _ what: @autoclosure () -> String,
    expected: [UInt8],
    got: [UInt8]
) throws(Mismatch) {
    guard expected != got else { return }
    let same = zip(expected, got).prefix { $0 == $1 }.count
    let near = max(0, same - 8)
    throw Mismatch(
        "\(what()): lengths \(expected.count) and \(got.count), first difference at byte \(same), from \(near) on",
        expected: Array(expected.dropFirst(near).prefix(32)),
        got: Array(got.dropFirst(near).prefix(32))
    )
}
