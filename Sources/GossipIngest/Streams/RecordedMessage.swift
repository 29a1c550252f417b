public import Snappy

/// One block, envelope, state or sidecar as it was found on disk: not decoded, its fork not known yet.
public struct RecordedMessage: Sendable {
    public enum Kind: Sendable {
        case signedBlock, state, blobSidecar, dataColumnSidecar, payloadEnvelope
    }

    /// How the SSZ is wrapped.
    public enum Encoding: Sendable {
        case plain
        /// Raw block format: `.ssz_snappy`, gossip.
        case snappyBlock
        /// Stream format: e2store.
        case snappyFrames
    }

    public let kind: Kind
    public let encoding: Encoding
    /// As found.
    public let bytes: [UInt8]
    /// Where it came from, for messages: a path, or a path and a byte offset.
    public let origin: String

    public init(kind: Kind, encoding: Encoding, bytes: [UInt8], origin: String) {
        self.kind = kind
        self.encoding = encoding
        self.bytes = bytes
        self.origin = origin
    }

    /// The SSZ, at most `maximum` bytes, refused before memory is taken.
    public func ssz(maximum: Int) throws(SnappyError) -> [UInt8] {
        switch encoding {
        case .plain:
            guard bytes.count <= maximum else { throw .tooLong(maximum: maximum, got: bytes.count) }
            return bytes
        case .snappyBlock: return try Snappy.uncompress(bytes, maximum: maximum)
        case .snappyFrames: return try SnappyFrames.uncompress(bytes, maximum: maximum)
        }
    }
}
