/// Why bytes are not a value of the expected type: where, what was expected, what came.
public struct SSZError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the bytes.
    public enum Kind: Hashable, Sendable {
        /// A fixed-size value, or the fixed part of a container, has another number of bytes.
        case length(expected: UInt64, got: UInt64)
        /// There are fewer bytes than the fixed part needs.
        case tooShort(minimum: UInt64, got: UInt64)
        /// An offset does not point where the previous part ends, or lies outside.
        case badOffset(expected: ClosedRange<UInt64>, got: UInt64)
        /// The bytes of a list are no multiple of its element's size.
        case notAMultiple(of: UInt64, got: UInt64)
        /// A list holds more elements than its type allows.
        case overLimit(limit: UInt64, got: UInt64)
        /// A vector holds another number of elements.
        case count(expected: UInt64, got: UInt64)
        /// A Boolean byte is neither 0 nor 1.
        case notABoolean(got: UInt8)
        /// A bitlist has no delimiter bit.
        case missingDelimiter
        /// Bits beyond the length of a bit vector are set.
        case paddingBits(got: UInt8)
        /// A union names a variant it does not have.
        case selector(got: UInt8)
    }

    public var kind: Kind
    /// Path of field names and indices from the outermost value, outermost first.
    public var path: [String]
    /// Offset in bytes from the start of the outermost value.
    public var offset: Int

    public init(_ kind: Kind, path: [String] = [], offset: Int = 0) {
        self.kind = kind
        self.path = path
        self.offset = offset
    }

    /// The same error seen from the value around it.
    func within(_ name: String, at start: Int) -> SSZError {
        SSZError(kind, path: [name] + path, offset: offset + start)
    }

    public var description: String {
        let place = path.isEmpty ? "value" : path.joined(separator: ".")
        return "ssz: \(place) at byte \(offset): \(kind.text)"
    }
}

extension SSZError.Kind {
    /// What was expected, and what came.
    var text: String {
        switch self {
        case .length(let expected, let got): "expected \(expected) bytes, got \(got)"
        case .tooShort(let minimum, let got): "expected at least \(minimum) bytes, got \(got)"
        case .badOffset(let expected, let got):
            expected.lowerBound == expected.upperBound
                ? "expected offset \(expected.lowerBound), got \(got)"
                : "expected an offset from \(expected.lowerBound) to \(expected.upperBound), got \(got)"
        case .notAMultiple(let of, let got): "expected a multiple of \(of) bytes, got \(got)"
        case .overLimit(let limit, let got): "expected at most \(limit) elements, got \(got)"
        case .count(let expected, let got): "expected \(expected) elements, got \(got)"
        case .notABoolean(let got): "expected 0 or 1, got \(got)"
        case .missingDelimiter: "expected a delimiter bit, got none"
        case .paddingBits(let got): "expected zero padding bits, got byte \(got)"
        case .selector(let got): "expected a known union selector, got \(got)"
        }
    }
}
