internal import Hashing
internal import Snappy

/// Stage 1: the message's bytes, decompressed.
///
/// The length header is checked against the limit before anything is reserved.
public struct DecompressedBlock: Sendable {
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - limit: the most bytes that a block may have, `MAX_PAYLOAD_SIZE`.
    public init(_ message: BlockMessage, limit: Int) throws(BlockError) {
        do throws(SnappyError) {
            switch message.encoding {
            case .snappy: bytes = try Snappy.uncompress(message.bytes, maximum: limit)
            case .snappyFrames: bytes = try SnappyFrames.uncompress(message.bytes, maximum: limit)
            case .ssz:
                guard message.bytes.count <= limit else {
                    throw .tooLong(maximum: limit, got: message.bytes.count)
                }
                bytes = message.bytes
            }
        } catch {
            throw .snappy(error)
        }
    }
}
