/// A fixed number of bytes kept inline, compared and hashed as bytes.
///
/// The memory of a conforming type is exactly its `count` bytes, in order; codecs may copy it as a block.
public protocol FixedBytes: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// How many bytes a value holds.
    static var count: Int { get }

    /// All zeroes.
    init()
}

extension FixedBytes {
    /// Copies `Self.count` bytes; `nil` when `bytes` has another length.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.init()
        withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }

    /// Copies the bytes at `source`; the caller has checked that there are `Self.count` of them.
    @inlinable
    public init(loading source: UnsafeRawPointer) {
        self = source.loadUnaligned(as: Self.self)
    }

    @inlinable
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try Swift.withUnsafeBytes(of: self, body)
    }

    @inlinable
    public mutating func withUnsafeMutableBytes<R, E: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try Swift.withUnsafeMutableBytes(of: &self, body)
    }

    /// The bytes as an array, first byte first.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Lower-case hexadecimal with the `0x` prefix.
    public var description: String { "0x" + Hex.encode(bytes) }

    @inlinable
    public static func == (a: Self, b: Self) -> Bool {
        a.withUnsafeBytes { x in
            b.withUnsafeBytes { y in
                var difference: UInt64 = 0
                var at = 0
                while at + 8 <= count {
                    difference |=
                        x.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                        ^ y.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    at += 8
                }
                while at < count {
                    difference |= UInt64(x[at] ^ y[at])
                    at += 1
                }
                return difference == 0
            }
        }
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
