internal import Hashing

/// Reads values from JSON text, led by their types.
///
/// Strict, because the text may be anybody's: only what the type expects next is accepted, so nothing nests deeper than
/// the type does, and a list takes no more elements than its limit. Numbers are decimal strings without sign or leading
/// zeros, bytes hexadecimal with `0x`. No string of a value needs an escape, so none is accepted.
public struct JSONReader {
    private let text: [UInt8]
    private var at: Int

    public init(_ text: [UInt8], from offset: Int = 0) {
        self.text = text
        at = min(max(0, offset), text.count)
    }

    /// Bytes read so far.
    public var offset: Int { at }

    /// Throws unless nothing but white space is left.
    public mutating func finish() throws(JSONError) {
        skipSpace()
        guard at < text.count else { return }
        throw unexpected("the end")
    }

    private mutating func skipSpace() {
        while at < text.count, JSONReader.isSpace(text[at]) { at += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    /// An error at this place that shows what stands there.
    func unexpected(_ expected: String, at place: Int? = nil) -> JSONError {
        let place = place ?? at
        return JSONError(expected: expected, got: excerpt(at: place), offset: place)
    }

    /// A few characters for people; anything a terminal might obey becomes a dot.
    private func excerpt(at place: Int) -> String {
        guard place < text.count else { return "the end of the text" }
        let shown = text[place...].prefix(40).prefix { $0 != 10 && $0 != 13 }
            .map { (32...126).contains($0) ? $0 : UInt8(ascii: ".") }
        return String(decoding: shown, as: UTF8.self)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ byte: UInt8, _ what: String) throws(JSONError) {
        guard take(byte) else { throw unexpected(what) }
    }

    // MARK: Scalars

    /// The place between two quotes.
    private mutating func string(_ what: String) throws(JSONError) -> Range<Int> {
        try expect(UInt8(ascii: "\""), what)
        let start = at
        while at < text.count, text[at] != UInt8(ascii: "\"") {
            guard text[at] >= 32, text[at] != UInt8(ascii: "\\") else { throw unexpected("text without escapes") }
            at += 1
        }
        guard at < text.count else { throw unexpected("a closing quote") }
        defer { at += 1 }
        return start..<at
    }

    mutating func bool() throws(JSONError) -> Bool {
        skipSpace()
        for (word, value) in [("true", true), ("false", false)] where text[at...].starts(with: word.utf8) {
            at += word.utf8.count
            return value
        }
        throw unexpected("true or false")
    }

    /// The digits of a decimal number in quotes, without a sign or leading zeros.
    mutating func digits(_ what: String) throws(JSONError) -> ArraySlice<UInt8> {
        let range = try string(what)
        let digits = text[range]
        guard let first = digits.first, digits.allSatisfy({ (48...57).contains($0) }), first != 48 || digits.count == 1
        else { throw unexpected(what, at: range.lowerBound - 1) }
        return digits
    }

    mutating func number<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type) throws(JSONError) -> Value {
        var value: Value = 0
        let digits = try digits("a decimal number in quotes")
        for digit in digits {
            let (tenfold, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, beyond) = tenfold.addingReportingOverflow(Value(digit - 48))
            guard !over, !beyond else {
                throw unexpected("a number below 2^\(Value.bitWidth)", at: digits.startIndex)
            }
            value = sum
        }
        return value
    }

    /// Bytes in hexadecimal, at most `maximum` of them; refused before they are unpacked if there are more.
    mutating func hex(maximum: UInt64) throws(JSONError) -> [UInt8] {
        let range = try string("bytes in hexadecimal")
        let digits = range.count - 2
        guard digits >= 0, text[range.lowerBound] == 48, text[range.lowerBound + 1] == UInt8(ascii: "x") else {
            throw unexpected("hexadecimal with 0x", at: range.lowerBound)
        }
        guard UInt64(digits / 2) <= maximum else {
            throw JSONError(expected: "at most \(maximum) bytes", got: "\(digits / 2)", offset: range.lowerBound)
        }
        guard let bytes = text.withUnsafeBufferPointer({ Hex.decode(digits: $0[range].dropFirst(2)) }) else {
            throw unexpected("pairs of hexadecimal digits", at: range.lowerBound)
        }
        return bytes
    }

    // MARK: Lists and objects

    /// The elements of a list, at most `limit`, each read by `element`.
    mutating func list(
        limit: UInt64,
        _ element: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "["), "a list")
        if take(UInt8(ascii: "]")) { return }
        var count: UInt64 = 0
        repeat {
            guard count < limit else { throw JSONError("expected at most \(limit) elements, got more", offset: at) }
            do throws(JSONError) {
                try element(&self)
            } catch {
                throw error.within("[\(count)]")
            }
            count += 1
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"), "a comma or the end of the list")
    }

    /// The entries of an object that has each of `names` once, in any order; `value` reads the one at an index.
    mutating func object(
        _ names: [String],
        _ value: (inout JSONReader, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "{"), "an object")
        var isSeen = Array(repeating: false, count: names.count)
        var next = 0
        if !take(UInt8(ascii: "}")) {
            repeat {
                let key = try string("the name of a field")
                // They nearly always come in order.
                let index =
                    next < names.count && names[next].utf8.elementsEqual(text[key])
                    ? next : names.firstIndex { $0.utf8.elementsEqual(text[key]) }
                guard let index else {
                    let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
                    throw unexpected("one of the fields \(shown)", at: key.lowerBound)
                }
                guard !isSeen[index] else { throw JSONError("the field \(names[index]) twice", offset: key.lowerBound) }
                isSeen[index] = true
                next = index + 1
                try expect(UInt8(ascii: ":"), "a colon")
                do throws(JSONError) {
                    try value(&self, index)
                } catch {
                    throw error.within(names[index])
                }
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"), "a comma or the end of the object")
        }
        if let missing = isSeen.firstIndex(of: false) {
            throw JSONError("expected the field \(names[missing]), got none", offset: at)
        }
    }
}
