/// Why bytes are not a difference that fits its base: where, what was expected, what came.
public struct DiffError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The bytes end before what they announce.
        case truncated(needed: UInt64, got: UInt64)
        /// There are bytes behind the end.
        case trailing(got: UInt64)
        /// A number has more than 64 bits.
        case number
        /// A count or an index goes beyond what there is.
        case outOfRange(limit: UInt64, got: UInt64)
        /// A mark has a value that no writer writes.
        case mark(got: UInt8)
        /// A value is not one of its type.
        case value(SSZError)
    }

    public var kind: Kind
    /// Path of field names and indices, outermost first.
    public var path: [String]

    public init(_ kind: Kind, path: [String] = []) {
        self.kind = kind
        self.path = path
    }

    /// The same error seen from the value around it.
    func within(_ name: String) -> DiffError { DiffError(kind, path: [name] + path) }

    public var description: String {
        let place = path.isEmpty ? "difference" : "difference in \(path.joined(separator: "."))"
        return switch kind {
        case .truncated(let needed, let got): "\(place): expected \(needed) bytes more, got \(got)"
        case .trailing(let got): "\(place): expected its end, got \(got) bytes more"
        case .number: "\(place): expected a number of at most 64 bits, got a longer one"
        case .outOfRange(let limit, let got): "\(place): expected at most \(limit), got \(got)"
        case .mark(let got): "\(place): expected a known mark, got \(got)"
        case .value(let error): "\(place): \(error)"
        }
    }
}
