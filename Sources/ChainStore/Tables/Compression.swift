internal import Snappy

/// How a big value is packed, told by its first byte.
///
/// DO NOT CHANGE these values: they are embedded in the stored values.
enum Compression: UInt8 {
    /// The bytes follow as they are.
    case none = 0
    /// One raw snappy block follows.
    case snappy = 1

    /// Packs with whatever is shorter.
    static func pack(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = []
        if var block = try? Snappy.compress(bytes), block.count < bytes.count {
            // In place: the block has the room that it would have needed at worst, and a copy of a state is large.
            block.insert(Compression.snappy.rawValue, at: 0)
            packed = block
        } else {
            packed.reserveCapacity(bytes.count + 1)
            packed.append(Compression.none.rawValue)
            packed.append(contentsOf: bytes)
        }
        return packed
    }

    /// The bytes that were packed; sizes are checked against `maximum` before anything is allocated.
    static func unpack(_ packed: [UInt8], maximum: Int) throws(CodecError) -> [UInt8] {
        guard let tag = packed.first else { throw CodecError(expected: "a compression byte", got: "no bytes") }
        guard let compression = Compression(rawValue: tag) else {
            throw CodecError(expected: "a known compression", got: "compression \(tag)")
        }
        let body = packed.dropFirst()
        switch compression {
        case .none:
            guard body.count <= maximum else {
                throw CodecError(expected: "at most \(maximum) bytes", got: "\(body.count) bytes")
            }
            return Array(body)
        case .snappy:
            do throws(SnappyError) {
                return try Snappy.uncompress(body, maximum: maximum)
            } catch {
                throw CodecError(expected: "a snappy block of at most \(maximum) bytes", got: "\(error)")
            }
        }
    }
}
