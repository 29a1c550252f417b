/// Appends the parts of a difference.
///
/// Numbers have seven bits a byte, lowest first, the top bit set where more follows.
public struct DiffWriter: Sendable {
    public var bytes: [UInt8] = []

    public init() {}

    @inline(__always)
    mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func write(count: Int) { write(UInt64(truncatingIfNeeded: count)) }
}

/// Reads the parts of a difference front to back; running short is an error.
public struct DiffReader: Sendable {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    public init(_ bytes: [UInt8], from position: Int = 0) {
        self.init(bytes, max(0, min(position, bytes.count))..<bytes.count)
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var remaining: Int { end - position }

    mutating func byte() throws(DiffError) -> UInt8 {
        try require(1)
        defer { position += 1 }
        return bytes[position]
    }

    @inline(__always)
    mutating func number() throws(DiffError) -> UInt64 {
        guard position < end else { throw DiffError(.truncated(needed: 1, got: 0)) }
        let first = bytes[position]
        position += 1
        return first < 0x80 ? UInt64(first) : try longNumber(first)
    }

    private mutating func longNumber(_ first: UInt8) throws(DiffError) -> UInt64 {
        var number = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        while true {
            let next = try byte()
            // The tenth byte has room for the topmost bit only.
            guard shift < 63 || (shift == 63 && next <= 1) else { throw DiffError(.number) }
            number |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return number }
            shift += 7
        }
    }

    /// A number that counts what is there: at most `limit`.
    mutating func count(upTo limit: Int) throws(DiffError) -> Int {
        let got = try number()
        guard got <= UInt64(limit), let count = Int(exactly: got) else {
            throw DiffError(.outOfRange(limit: UInt64(limit), got: got))
        }
        return count
    }

    /// The reader of the next `count` bytes, which count as read.
    mutating func part(_ count: Int) throws(DiffError) -> DiffReader {
        try require(count)
        defer { position += count }
        return DiffReader(bytes, position..<position + count)
    }

    /// Decodes a value that takes up the next `count` bytes.
    mutating func value<Value: SSZValue>(
        _ count: Int,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) -> Value {
        try read(count) { bytes throws(SSZError) in try Value.decode(bytes, shape, in: context) }
    }

    /// Hands the next `count` bytes to `decode`.
    mutating func read<R>(_ count: Int, _ decode: (RawSpan) throws(SSZError) -> R) throws(DiffError) -> R {
        try require(count)
        defer { position += count }
        do throws(SSZError) {
            return try decode(bytes.span.bytes.extracting(position..<position + count))
        } catch {
            throw DiffError(.value(error))
        }
    }

    /// Appends the next `count` bytes to `out`.
    mutating func copy(_ count: Int, to out: inout [UInt8]) throws(DiffError) {
        try require(count)
        out.append(contentsOf: bytes[position..<position + count])
        position += count
    }

    func require(_ count: Int) throws(DiffError) {
        guard count <= remaining else {
            throw DiffError(.truncated(needed: UInt64(count), got: UInt64(remaining)))
        }
    }

    /// Throws unless so many things of at least `size` bytes each can still follow.
    func require(_ count: Int, of size: Int) throws(DiffError) {
        guard count <= remaining / max(1, size) else {
            throw DiffError(
                .truncated(
                    needed: UInt64(count).multipliedReportingOverflow(by: UInt64(max(1, size))).partialValue,
                    got: UInt64(remaining)
                )
            )
        }
    }

    public func finish() throws(DiffError) {
        guard remaining == 0 else { throw DiffError(.trailing(got: UInt64(remaining))) }
    }
}
