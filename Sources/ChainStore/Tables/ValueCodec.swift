internal import Hashing

/// How a table's values are written, and how many bytes one counts for in the cache.
struct ValueCodec<Value: Sendable>: Sendable {
    let encode: @Sendable (Value) throws(StoreError) -> [UInt8]
    let decode: @Sendable ([UInt8]) throws(CodecError) -> Value
    let cost: @Sendable (Value) -> Int
}

extension ValueCodec<[UInt8]> {
    /// The bytes as they are.
    static func opaque(_ what: String, maximum: Int) -> ValueCodec {
        ValueCodec(
            encode: { bytes throws(StoreError) in
                guard bytes.count <= maximum else {
                    throw .tooLarge(what: what, limit: maximum, got: bytes.count)
                }
                return bytes
            },
            decode: { bytes throws(CodecError) in bytes },
            cost: { $0.count }
        )
    }

    /// Exactly so many bytes.
    static func fixed(_ count: Int) -> ValueCodec {
        ValueCodec(
            encode: { bytes throws(StoreError) in
                guard bytes.count == count else {
                    throw .tooLarge(what: "a fixed value", limit: count, got: bytes.count)
                }
                return bytes
            },
            decode: { bytes throws(CodecError) in
                guard bytes.count == count else {
                    throw CodecError(expected: "\(count) bytes", got: "\(bytes.count) bytes")
                }
                return bytes
            },
            cost: { $0.count }
        )
    }

    /// One byte of `Compression`, then the bytes as it says.
    static func compressed(_ what: String, maximum: Int) -> ValueCodec {
        ValueCodec(
            encode: { bytes throws(StoreError) in
                guard bytes.count <= maximum else {
                    throw .tooLarge(what: what, limit: maximum, got: bytes.count)
                }
                return Compression.pack(bytes)
            },
            decode: { bytes throws(CodecError) in try Compression.unpack(bytes, maximum: maximum) },
            cost: { $0.count }
        )
    }
}

extension ValueCodec<Bytes32> {
    static let root = ValueCodec(
        encode: { $0.bytes },
        decode: { bytes throws(CodecError) in
            var reader = ByteReader(bytes)
            let root = try reader.root()
            try reader.finish()
            return root
        },
        cost: { _ in 32 }
    )
}

extension ValueCodec<UInt64> {
    static let number = ValueCodec(
        encode: { number in
            var bytes: [UInt8] = []
            bytes.append(bigEndian: number)
            return bytes
        },
        decode: { bytes throws(CodecError) in
            var reader = ByteReader(bytes)
            let number = try reader.uint64()
            try reader.finish()
            return number
        },
        cost: { _ in 8 }
    )
}

/// The value of an index entry: the key says everything.
struct Presence: Hashable, Sendable {}

extension ValueCodec<Presence> {
    static let presence = ValueCodec(
        encode: { _ in [] },
        decode: { bytes throws(CodecError) in
            guard bytes.isEmpty else { throw CodecError(expected: "no bytes", got: "\(bytes.count) bytes") }
            return Presence()
        },
        cost: { _ in 0 }
    )
}
