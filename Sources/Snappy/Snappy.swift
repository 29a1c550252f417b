import CSnappy

/// The raw snappy block format: a length varint, then literals and copies.
///
/// This is what gossip messages and `.ssz_snappy` files hold. The stream format is ``SnappyFrames``.
public enum Snappy {
    /// The length that the header of a raw block promises, in bytes; at most 2^32 - 1.
    ///
    /// Only the header is read: the promise may be a lie, see ``uncompress(_:maximum:)-([UInt8],_)``.
    public static func uncompressedLength(_ bytes: [UInt8]) throws(SnappyError) -> Int {
        try uncompressedLength(bytes[...])
    }

    /// The same, of a slice.
    public static func uncompressedLength(_ bytes: ArraySlice<UInt8>) throws(SnappyError) -> Int {
        try bytes.withUnsafeBufferPointer { buffer throws(SnappyError) in try header(buffer).length }
    }

    /// The bytes of a raw block, at most `maximum` of them.
    ///
    /// The header is checked against `maximum`, and against what the input could hold at all, before anything is
    /// allocated: 3 bytes of snappy make 64 bytes at most.
    public static func uncompress(_ bytes: [UInt8], maximum: Int) throws(SnappyError) -> [UInt8] {
        try uncompress(bytes[...], maximum: maximum)
    }

    /// The same, of a slice.
    public static func uncompress(_ bytes: ArraySlice<UInt8>, maximum: Int) throws(SnappyError) -> [UInt8] {
        try bytes.withUnsafeBufferPointer { buffer throws(SnappyError) in
            let (length, headerLength) = try header(buffer)
            guard length <= maximum else { throw .tooLong(maximum: maximum, got: length) }
            let largest = (buffer.count - headerLength) * 64 / 3
            guard length <= largest else { throw .impossibleLength(declared: length, largestPossible: largest) }
            guard length > 0 else {
                guard buffer.count == headerLength else { throw .corruptBlock(declaredLength: 0) }
                return []
            }
            var status = SNAPPY_INVALID_INPUT
            let output = [UInt8](unsafeUninitializedCapacity: length) { target, count in
                var written = target.count
                status = buffer.withMemoryRebound(to: CChar.self) { source in
                    target.withMemoryRebound(to: CChar.self) { destination in
                        snappy_uncompress(source.baseAddress, source.count, destination.baseAddress, &written)
                    }
                }
                count = status == SNAPPY_OK ? written : 0
            }
            guard status == SNAPPY_OK, output.count == length else { throw .corruptBlock(declaredLength: length) }
            return output
        }
    }

    /// The raw block of `bytes`; at most 2^32 - 1 of them.
    public static func compress(_ bytes: [UInt8]) throws(SnappyError) -> [UInt8] {
        try compress(bytes[...])
    }

    /// The same, of a slice.
    public static func compress(_ bytes: ArraySlice<UInt8>) throws(SnappyError) -> [UInt8] {
        guard !bytes.isEmpty else { return [0] }
        guard bytes.count <= largestBlock else { throw .tooLong(maximum: largestBlock, got: bytes.count) }
        let capacity = snappy_max_compressed_length(bytes.count)
        var status = SNAPPY_INVALID_INPUT
        let output = bytes.withUnsafeBufferPointer { buffer in
            [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
                var written = target.count
                status = buffer.withMemoryRebound(to: CChar.self) { source in
                    target.withMemoryRebound(to: CChar.self) { destination in
                        snappy_compress(source.baseAddress, source.count, destination.baseAddress, &written)
                    }
                }
                count = status == SNAPPY_OK ? written : 0
            }
        }
        guard status == SNAPPY_OK else { throw .compressionFailed(length: bytes.count) }
        return output
    }

    private static let largestBlock = Int(UInt32.max)

    /// The promised length and how many bytes the promise takes.
    private static func header(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(SnappyError) -> (length: Int, headerLength: Int) {
        var length: UInt64 = 0
        for position in 0..<min(5, bytes.count) {
            let byte = bytes[position]
            length |= UInt64(byte & 0x7f) << UInt64(7 * position)
            guard byte & 0x80 == 0 else { continue }
            guard length <= UInt64(UInt32.max) else { break }
            return (Int(length), position + 1)
        }
        throw .badLengthHeader(got: Array(bytes.prefix(5)))
    }
}
