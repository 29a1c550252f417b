/// Thirty-two bytes, kept inline as four words in memory order.
///
/// Equality and hashing compare words, so a `Bytes32` is as cheap a dictionary key as an integer.
/// The words are the bytes as they lie in memory, whatever the machine's byte order.
public struct Bytes32: FixedBytes {
    @usableFromInline var w0: UInt64
    @usableFromInline var w1: UInt64
    @usableFromInline var w2: UInt64
    @usableFromInline var w3: UInt64

    @inlinable
    public init() {
        (w0, w1, w2, w3) = (0, 0, 0, 0)
    }

    @inlinable public static var count: Int { 32 }

    /// All zeroes.
    public static let zero = Bytes32()

    @inlinable
    public static func == (a: Bytes32, b: Bytes32) -> Bool {
        a.w0 == b.w0 && a.w1 == b.w1 && a.w2 == b.w2 && a.w3 == b.w3
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(w0)
        hasher.combine(w1)
        hasher.combine(w2)
        hasher.combine(w3)
    }
}

extension Bytes32: Comparable {
    /// Orders by bytes, first byte first, as fork choice breaks ties.
    @inlinable
    public static func < (a: Bytes32, b: Bytes32) -> Bool {
        if a.w0 != b.w0 { return a.w0.bigEndian < b.w0.bigEndian }
        if a.w1 != b.w1 { return a.w1.bigEndian < b.w1.bigEndian }
        if a.w2 != b.w2 { return a.w2.bigEndian < b.w2.bigEndian }
        return a.w3.bigEndian < b.w3.bigEndian
    }
}

extension Bytes32 {
    /// The first four bytes in hexadecimal, for tables people read.
    public var short: String { Hex.encode(bytes.prefix(4)) }
}
