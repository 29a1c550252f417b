/// Four bytes: versions, domain types, fork digests.
public struct Bytes4: FixedBytes {
    @usableFromInline var storage: InlineArray<4, UInt8>

    @inlinable public static var count: Int { 4 }

    @inlinable
    public init() { storage = .init(repeating: 0) }
}

/// Twenty bytes: an execution-layer address.
public struct Bytes20: FixedBytes {
    @usableFromInline var storage: InlineArray<20, UInt8>

    @inlinable public static var count: Int { 20 }

    @inlinable
    public init() { storage = .init(repeating: 0) }
}

/// Forty-eight bytes: a compressed G1 point (public key, KZG commitment or proof).
public struct Bytes48: FixedBytes {
    @usableFromInline var storage: InlineArray<48, UInt8>

    @inlinable public static var count: Int { 48 }

    @inlinable
    public init() { storage = .init(repeating: 0) }
}

/// Ninety-six bytes: a compressed G2 point (signature).
public struct Bytes96: FixedBytes {
    @usableFromInline var storage: InlineArray<96, UInt8>

    @inlinable public static var count: Int { 96 }

    @inlinable
    public init() { storage = .init(repeating: 0) }
}
