internal import Hashing

/// How a table's keys are written behind the table code; written keys order as the table is scanned.
struct KeyCodec<Key: Sendable>: Sendable {
    let write: @Sendable (Key, inout [UInt8]) -> Void
    let read: @Sendable (inout ByteReader) throws(CodecError) -> Key
}

extension KeyCodec<Bytes32> {
    static let root = KeyCodec(
        write: { $1.append($0) },
        read: { reader throws(CodecError) in try reader.root() }
    )
}

extension KeyCodec<UInt64> {
    static let number = KeyCodec(
        write: { $1.append(bigEndian: $0) },
        read: { reader throws(CodecError) in try reader.uint64() }
    )
}

extension KeyCodec<SlotRoot> {
    static let slotRoot = KeyCodec(
        write: { key, bytes in
            bytes.append(bigEndian: key.slot)
            bytes.append(key.root)
        },
        read: { reader throws(CodecError) in SlotRoot(slot: try reader.uint64(), root: try reader.root()) }
    )
}

extension KeyCodec<MessageKey> {
    static let message = KeyCodec(
        write: { key, bytes in
            bytes.append(bigEndian: key.place)
            bytes.append(key.root)
        },
        read: { reader throws(CodecError) in MessageKey(place: try reader.uint64(), root: try reader.root()) }
    )
}

extension KeyCodec<RootPair> {
    static let rootPair = KeyCodec(
        write: { key, bytes in
            bytes.append(key.first)
            bytes.append(key.second)
        },
        read: { reader throws(CodecError) in RootPair(first: try reader.root(), second: try reader.root()) }
    )
}

/// Two roots in a row: parent and child, or block and signature hash.
struct RootPair: Hashable, Sendable {
    var first: Bytes32
    var second: Bytes32
}
