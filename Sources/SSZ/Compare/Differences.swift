/// The places in which two values of one type differ, by path.
public struct Differences: Sendable {
    /// What stands at a place on one side.
    public enum Side: Hashable, Sendable {
        case absent
        case value(ValueTree)
        /// Of a list that is longer or shorter than the other's.
        case elements(Int)
    }

    public struct Place: Hashable, Sendable {
        /// Names of fields and indices, as in `validators[3].pubkey`.
        public let path: String
        public let left: Side
        public let right: Side
    }

    /// The first places, in order of fields and elements, as many as were asked for.
    public private(set) var places: [Place] = []
    /// How many there are altogether.
    public private(set) var count = 0
    private let limit: Int
    private var path: [String] = []

    /// Keeps at most `limit` places and counts the rest.
    public init(limit: Int = .max) { self.limit = limit }

    public var isEmpty: Bool { count == 0 }

    mutating func add(_ left: @autoclosure () -> Side, _ right: @autoclosure () -> Side) {
        count += 1
        if places.count < limit { places.append(Place(path: pathText(path), left: left(), right: right())) }
    }

    mutating func within(_ name: @autoclosure () -> String, _ body: (inout Differences) -> Void) {
        path.append(name())
        body(&self)
        path.removeLast()
    }
}

extension Differences.Place {
    /// Both sides for people; of long byte strings, a window where they begin to differ.
    public func texts(width: Int = 160) -> (left: String, right: String) {
        if case .value(.bytes(let a)) = left, case .value(.bytes(let b)) = right, max(a.count, b.count) > 64 {
            let same = zip(a, b).prefix { $0 == $1 }.count
            let near = max(0, same - 4)
            return (Self.window(a, from: near), Self.window(b, from: near))
        }
        return (Self.text(left, width), Self.text(right, width))
    }

    private static func window(_ bytes: [UInt8], from start: Int) -> String {
        "\(bytes.count) bytes, from \(start) on \(ValueTree.bytes(Array(bytes.dropFirst(start).prefix(24))).text)"
    }

    private static func text(_ side: Differences.Side, _ width: Int) -> String {
        switch side {
        case .absent: return "nothing"
        case .elements(let count): return "\(count) elements"
        case .value(let tree):
            let text = tree.text
            return text.utf8.count <= width ? text : "\(text.prefix(width))…"
        }
    }
}

extension ValueTree {
    /// Scalars without their quotes, all else as JSON.
    public var text: String {
        switch self {
        case .number(let digits): digits
        case .bool(let value): "\(value)"
        default: json.hasPrefix("\"") ? String(json.dropFirst().dropLast()) : json
        }
    }
}
