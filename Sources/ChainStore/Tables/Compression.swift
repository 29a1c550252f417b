/// How a big value is packed, told by its first byte.
///
/// DO NOT CHANGE these values: they are embedded in the stored values.
enum Compression: UInt8 {
    /// The bytes follow as they are.
    case none = 0

    static func pack(_ bytes: [UInt8]) -> [UInt8] { [Compression.none.rawValue] + bytes }

    static func unpack(_ packed: [UInt8], maximum: Int) throws(CodecError) -> [UInt8] {
        guard let tag = packed.first else { throw CodecError(expected: "a compression byte", got: "no bytes") }
        guard let compression = Compression(rawValue: tag) else {
            throw CodecError(expected: "a known compression", got: "compression \(tag)")
        }
        switch compression {
        case .none:
            guard packed.count - 1 <= maximum else {
                throw CodecError(expected: "at most \(maximum) bytes", got: "\(packed.count - 1) bytes")
            }
            return Array(packed.dropFirst())
        }
    }
}
