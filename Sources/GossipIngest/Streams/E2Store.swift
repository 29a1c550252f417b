/// The type of an e2store entry, two bytes read as a little-endian number.
public struct E2Type: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// `65 32`, "e2": empty, first in the file.
    public static let version = E2Type(rawValue: 0x3265)
    /// `01 00`: a signed block, as a snappy stream.
    public static let compressedSignedBeaconBlock = E2Type(rawValue: 1)
    /// `02 00`: a state, as a snappy stream.
    public static let compressedBeaconState = E2Type(rawValue: 2)
    /// `62 01`, ours: a blob sidecar, as a snappy stream.
    public static let compressedBlobSidecar = E2Type(rawValue: 0x0162)
    /// `62 02`, ours: a data column sidecar, as a snappy stream.
    public static let compressedDataColumnSidecar = E2Type(rawValue: 0x0262)
    /// `62 03`, ours: a signed execution payload envelope, as a snappy stream.
    public static let compressedPayloadEnvelope = E2Type(rawValue: 0x0362)
    /// `69 32`, "i2": where the blocks or the state of a range of slots stand.
    public static let slotIndex = E2Type(rawValue: 0x3269)
}

/// One entry of an e2store: where it is, not what is in it.
public struct E2Entry: Equatable, Sendable {
    public let type: E2Type
    /// Of the header's first byte.
    public let offset: Int
    /// Of the content, in bytes; it ends within the file.
    public let length: Int

    /// Of the content's first byte.
    public var start: Int { offset + E2Store.headerLength }
    /// Of the next entry's header.
    public var end: Int { start + length }
}

/// A container file, such as `.era` and `.era1`: entries of type, length and content, one after the other.
///
/// An entry is `type: u16le, length: u32le, reserved: u16le = 0, content`. Only headers are read while walking, so a
/// length that lies costs nothing.
public struct E2Store: Sendable {
    public static let headerLength = 8

    public let file: ByteFile

    /// Opens the file and checks that it begins with a version.
    public init(path: String) throws(StreamError) {
        file = try ByteFile(path: path)
        let first = try entry(at: 0)
        guard first.type == .version, first.length == 0 else {
            throw .noVersion(path: path, type: first.type.rawValue, length: first.length)
        }
    }

    /// The entry whose header stands at `offset`.
    public func entry(at offset: Int) throws(StreamError) -> E2Entry {
        let header = try file.read(at: offset, count: Self.headerLength)
        let length = Int(header[2]) | Int(header[3]) << 8 | Int(header[4]) << 16 | Int(header[5]) << 24
        let reserved = UInt16(header[6]) | UInt16(header[7]) << 8
        guard reserved == 0 else { throw .reservedNotZero(path: file.path, offset: offset, got: reserved) }
        let available = file.size - offset - Self.headerLength
        guard length <= available else {
            throw .truncated(path: file.path, offset: offset, needed: length, available: available)
        }
        return E2Entry(
            type: .init(rawValue: UInt16(header[0]) | UInt16(header[1]) << 8),
            offset: offset,
            length: length
        )
    }

    /// The entry after `entry`; `nil` at the end of the file.
    public func entry(after entry: E2Entry) throws(StreamError) -> E2Entry? {
        entry.end == file.size ? nil : try self.entry(at: entry.end)
    }

    /// The content of an entry, at most `maximum` bytes.
    public func content(of entry: E2Entry, maximum: Int) throws(StreamError) -> [UInt8] {
        guard entry.length <= maximum else { throw .tooLong(path: file.path, maximum: maximum, got: entry.length) }
        return try file.read(at: entry.start, count: entry.length)
    }
}
