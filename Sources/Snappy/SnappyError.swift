/// Why a snappy block or stream was refused.
///
/// Offsets count from the first byte of the whole input. Nothing of the size in question had been allocated when
/// `tooLong`, `impossibleLength` or `chunkTooLong` is thrown.
public enum SnappyError: Error, Equatable, Sendable {
    /// The varint in front of a raw block ends early, or has more than 32 bits.
    case badLengthHeader(got: [UInt8])
    /// The data says (or a stream reaches) more bytes than the caller allows.
    case tooLong(maximum: Int, got: Int)
    /// So few compressed bytes cannot hold the length they promise.
    case impossibleLength(declared: Int, largestPossible: Int)
    /// The elements of a raw block are malformed, or do not fill the promised length.
    case corruptBlock(declaredLength: Int)
    /// The compressor failed: never seen, as its buffer is always of the largest size.
    case compressionFailed(length: Int)

    /// A stream has to begin with the ten bytes of the stream identifier.
    case missingStreamIdentifier
    /// A stream identifier of the wrong content, at the beginning or later.
    case badStreamIdentifier(offset: Int)
    /// A chunk header or body ends after the stream does.
    case truncatedChunk(offset: Int, needed: Int, available: Int)
    /// A data chunk too short for its checksum.
    case chunkWithoutChecksum(offset: Int, length: Int)
    /// A data chunk holds more than 65,536 bytes.
    case chunkTooLong(offset: Int, maximum: Int, got: Int)
    /// A chunk type that a reader must not skip.
    case unknownChunk(offset: Int, type: UInt8)
    /// The masked CRC-32C of a chunk is another one.
    case checksumMismatch(offset: Int, expected: UInt32, got: UInt32)
    /// The raw block inside a compressed chunk is malformed.
    indirect case badChunk(offset: Int, SnappyError)
}
