public import Hashing

/// Which record of the metadata table.
///
/// DO NOT CHANGE the codes: they are embedded in the stored keys.
enum MetadataKey: Hashable, Sendable {
    case schema
    case network
    case anchor
    case finalized
    case justified
    case head
    case named(String)

    static let namedCode: UInt8 = 0x80

    var code: UInt8 {
        switch self {
        case .schema: 0x00
        case .network: 0x01
        case .anchor: 0x02
        case .finalized: 0x03
        case .justified: 0x04
        case .head: 0x05
        case .named: MetadataKey.namedCode
        }
    }
}

extension KeyCodec<MetadataKey> {
    static let metadata = KeyCodec(
        write: { key, bytes in
            bytes.append(key.code)
            if case .named(let name) = key { bytes.append(contentsOf: name.utf8) }
        },
        read: { reader throws(CodecError) in
            let code = try reader.byte()
            if code == MetadataKey.namedCode {
                guard let name = String(validating: reader.rest(), as: UTF8.self) else {
                    throw CodecError(expected: "a name in UTF-8", got: "other bytes")
                }
                return .named(name)
            }
            for key in [MetadataKey.schema, .network, .anchor, .finalized, .justified, .head] where key.code == code {
                return key
            }
            throw CodecError(expected: "a known record", got: "record \(code)")
        }
    )
}

/// Which chain a store belongs to; the first two decide, the name is for people.
public struct NetworkIdentity: Sendable, CustomStringConvertible {
    /// Hash over preset and config, computed by whoever reads them.
    public var configDigest: Bytes32
    public var genesisValidatorsRoot: Bytes32
    public var name: String

    public init(configDigest: Bytes32, genesisValidatorsRoot: Bytes32, name: String) {
        self.configDigest = configDigest
        self.genesisValidatorsRoot = genesisValidatorsRoot
        self.name = name
    }

    public var description: String {
        "\(name) (config \(configDigest.short), genesis validators \(genesisValidatorsRoot.short))"
    }
}

extension NetworkIdentity: Hashable {
    public static func == (a: NetworkIdentity, b: NetworkIdentity) -> Bool {
        a.configDigest == b.configDigest && a.genesisValidatorsRoot == b.genesisValidatorsRoot
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(configDigest)
        hasher.combine(genesisValidatorsRoot)
    }
}

/// The block the store's chain begins with: genesis, or a trusted checkpoint.
public struct AnchorRecord: Hashable, Sendable {
    public var slot: UInt64
    public var blockRoot: Bytes32
    public var stateRoot: Bytes32

    public init(slot: UInt64, blockRoot: Bytes32, stateRoot: Bytes32) {
        self.slot = slot
        self.blockRoot = blockRoot
        self.stateRoot = stateRoot
    }
}

/// A finalized or justified checkpoint.
public struct CheckpointRecord: Hashable, Sendable {
    public var epoch: UInt64
    public var root: Bytes32

    public init(epoch: UInt64, root: Bytes32) {
        self.epoch = epoch
        self.root = root
    }
}

/// One of the single records that are written now and then, alone or with an import.
public enum MetadataRecord: Hashable, Sendable {
    case anchor(AnchorRecord)
    case finalized(CheckpointRecord)
    case justified(CheckpointRecord)
    /// The head when it was last written; after a crash it may be older than the newest block.
    case head(SlotRoot)
    /// Bytes of another module under a name of its own.
    case named(String, [UInt8])

    var key: MetadataKey {
        switch self {
        case .anchor: .anchor
        case .finalized: .finalized
        case .justified: .justified
        case .head: .head
        case .named(let name, _): .named(name)
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .anchor(let anchor): anchor.bytes
        case .finalized(let checkpoint), .justified(let checkpoint): checkpoint.bytes
        case .head(let head): head.bytes
        case .named(_, let bytes): bytes
        }
    }
}

/// A metadata record with bytes of its own.
protocol StoredRecord: Sendable {
    var bytes: [UInt8] { get }
    init(_ reader: inout ByteReader) throws(CodecError)
}

extension AnchorRecord: StoredRecord {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: slot)
        bytes.append(blockRoot)
        bytes.append(stateRoot)
        return bytes
    }

    init(_ reader: inout ByteReader) throws(CodecError) {
        self.init(slot: try reader.uint64(), blockRoot: try reader.root(), stateRoot: try reader.root())
    }
}

extension CheckpointRecord: StoredRecord {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: epoch)
        bytes.append(root)
        return bytes
    }

    init(_ reader: inout ByteReader) throws(CodecError) {
        self.init(epoch: try reader.uint64(), root: try reader.root())
    }
}

extension SlotRoot: StoredRecord {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: slot)
        bytes.append(root)
        return bytes
    }

    init(_ reader: inout ByteReader) throws(CodecError) {
        self.init(slot: try reader.uint64(), root: try reader.root())
    }
}

extension NetworkIdentity: StoredRecord {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(configDigest)
        bytes.append(genesisValidatorsRoot)
        return bytes + Array(name.utf8.prefix(256))
    }

    init(_ reader: inout ByteReader) throws(CodecError) {
        configDigest = try reader.root()
        genesisValidatorsRoot = try reader.root()
        name = String(decoding: reader.rest(), as: UTF8.self)
    }
}
