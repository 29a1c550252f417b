extension SnappyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badLengthHeader(let got):
            "snappy: length header: expected a varint below 2^32, got \(got.isEmpty ? "no bytes" : "\(got)")"
        case .tooLong(let maximum, let got): "snappy: expected at most \(maximum) bytes, got \(got)"
        case .impossibleLength(let declared, let possible):
            "snappy: length header: expected at most \(possible) bytes from so short an input, got \(declared)"
        case .corruptBlock(let declared): "snappy: expected elements that fill \(declared) bytes, got malformed ones"
        case .compressionFailed(let length): "snappy: \(length) bytes could not be compressed"
        case .missingStreamIdentifier: "snappy stream: expected the stream identifier first, got something else"
        case .badStreamIdentifier(let offset): "snappy stream: byte \(offset): expected the stream identifier's content"
        case .truncatedChunk(let offset, let needed, let available):
            "snappy stream: byte \(offset): expected \(needed) bytes, got \(available)"
        case .chunkWithoutChecksum(let offset, let length):
            "snappy stream: byte \(offset): expected a checksum of 4 bytes, got a chunk of \(length)"
        case .chunkTooLong(let offset, let maximum, let got):
            "snappy stream: byte \(offset): expected a chunk of at most \(maximum) bytes, got \(got)"
        case .unknownChunk(let offset, let type):
            "snappy stream: byte \(offset): expected a known or skippable chunk, got type \(type)"
        case .checksumMismatch(let offset, let expected, let got):
            "snappy stream: byte \(offset): checksum: expected \(expected), got \(got)"
        case .badChunk(let offset, let inner): "snappy stream: byte \(offset): \(inner)"
        }
    }
}
