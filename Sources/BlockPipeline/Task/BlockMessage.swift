public import ForkTree
internal import Hashing

/// A message as it came: a signed block in one of the encodings that carry one.
public struct BlockMessage: Sendable {
    public enum Encoding: Hashable, Sendable {
        /// Raw (block-format) snappy: gossip and `.ssz_snappy`.
        case snappy
        /// A snappy stream: e2store.
        case snappyFrames
        case ssz
    }

    public let bytes: [UInt8]
    public let encoding: Encoding
    public let origin: BlockOrigin
    /// Milliseconds since 1970.
    public let receivedAt: UInt64

    public init(bytes: [UInt8], encoding: Encoding = .snappy, origin: BlockOrigin, receivedAt: UInt64) {
        self.bytes = bytes
        self.encoding = encoding
        self.origin = origin
        self.receivedAt = receivedAt
    }
}
