/// The snappy stream format: an identifier, then chunks with masked CRC-32C checksums.
///
/// This is what request-response messages and e2store (`.era`) entries hold. A chunk is `type: u8, length: u24le, body`:
///
/// | type | body |
/// |---|---|
/// | `ff` | `sNaPpY`: the identifier, first in the stream, may come again |
/// | `00` | masked CRC-32C (u32le) of the data, then a raw block of it |
/// | `01` | masked CRC-32C (u32le), then the data as it is |
/// | `80`–`fe` | skipped (`fe` is padding) |
/// | `02`–`7f` | refused |
public enum SnappyFrames {
    /// The most data that one chunk may hold, in bytes.
    public static let chunkCapacity = 65_536

    private static let identifier: [UInt8] = [0xff, 6, 0, 0] + Array("sNaPpY".utf8)

    /// The data of a whole stream, at most `maximum` bytes.
    ///
    /// Memory grows by one chunk at a time, each paid for by bytes that were there.
    public static func uncompress(_ bytes: [UInt8], maximum: Int) throws(SnappyError) -> [UInt8] {
        try uncompress(bytes[...], maximum: maximum)
    }

    /// The same, of a slice.
    public static func uncompress(_ bytes: ArraySlice<UInt8>, maximum: Int) throws(SnappyError) -> [UInt8] {
        guard !bytes.isEmpty, bytes.first == 0xff else { throw .missingStreamIdentifier }
        var output: [UInt8] = []
        var rest = bytes
        while !rest.isEmpty {
            let offset = rest.startIndex - bytes.startIndex
            let chunk = try nextChunk(&rest, offset: offset)
            switch chunk.type {
            case 0xff:
                guard chunk.body.elementsEqual(identifier.dropFirst(4)) else {
                    throw .badStreamIdentifier(offset: offset)
                }
            case 0x00, 0x01:
                try append(chunk.body, compressed: chunk.type == 0, offset: offset, maximum: maximum, to: &output)
            case 0x80...0xfe:
                continue
            default:
                throw .unknownChunk(offset: offset, type: chunk.type)
            }
        }
        return output
    }

    /// A stream of `bytes`; a chunk that would not shrink by an eighth is stored as it is.
    public static func compress(_ bytes: [UInt8]) throws(SnappyError) -> [UInt8] {
        try compress(bytes[...])
    }

    /// The same, of a slice.
    public static func compress(_ bytes: ArraySlice<UInt8>) throws(SnappyError) -> [UInt8] {
        var output = identifier
        var rest = bytes
        while !rest.isEmpty {
            let data = rest.prefix(chunkCapacity)
            rest = rest.dropFirst(chunkCapacity)
            let block = try Snappy.compress(data)
            let shrinks = block.count < data.count - data.count / 8
            let length = 4 + (shrinks ? block.count : data.count)
            output.append(shrinks ? 0 : 1)
            for shift in [0, 8, 16] { output.append(UInt8(truncatingIfNeeded: length >> shift)) }
            let checksum = CRC32C.masked(data)
            for shift: UInt32 in [0, 8, 16, 24] { output.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
            if shrinks { output.append(contentsOf: block) } else { output.append(contentsOf: data) }
        }
        return output
    }

    private static func nextChunk(
        _ rest: inout ArraySlice<UInt8>,
        offset: Int
    ) throws(SnappyError) -> (type: UInt8, body: ArraySlice<UInt8>) {
        guard rest.count >= 4 else { throw .truncatedChunk(offset: offset, needed: 4, available: rest.count) }
        let start = rest.startIndex
        let type = rest[start]
        let length = Int(rest[start + 1]) | Int(rest[start + 2]) << 8 | Int(rest[start + 3]) << 16
        guard rest.count >= 4 + length else {
            throw .truncatedChunk(offset: offset, needed: 4 + length, available: rest.count)
        }
        let body = rest[(start + 4)..<(start + 4 + length)]
        rest = rest[(start + 4 + length)...]
        return (type, body)
    }

    private static func append(
        _ body: ArraySlice<UInt8>,
        compressed: Bool,
        offset: Int,
        maximum: Int,
        to output: inout [UInt8]
    ) throws(SnappyError) {
        guard body.count >= 4 else { throw .chunkWithoutChecksum(offset: offset, length: body.count) }
        var expected: UInt32 = 0
        for byte in body.prefix(4).reversed() { expected = expected << 8 | UInt32(byte) }
        let payload = body.dropFirst(4)
        let length: Int
        do throws(SnappyError) {
            length = compressed ? try Snappy.uncompressedLength(payload) : payload.count
        } catch {
            throw .badChunk(offset: offset, error)
        }
        guard length <= chunkCapacity else {
            throw .chunkTooLong(offset: offset, maximum: chunkCapacity, got: length)
        }
        guard length <= maximum - output.count else {
            throw .tooLong(maximum: maximum, got: output.count + length)
        }
        let start = output.count
        if compressed {
            do throws(SnappyError) {
                output.append(contentsOf: try Snappy.uncompress(payload, maximum: chunkCapacity))
            } catch {
                throw .badChunk(offset: offset, error)
            }
        } else {
            output.append(contentsOf: payload)
        }
        let got = CRC32C.masked(output[start...])
        guard got == expected else { throw .checksumMismatch(offset: offset, expected: expected, got: got) }
    }
}
