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
            bytes = try message.encoding.unpack(message.bytes, maximum: limit)
        } catch {
            throw .snappy(error)
        }
    }
}
