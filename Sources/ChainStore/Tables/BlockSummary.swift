public import Hashing

/// What is asked of a block most often, without decoding it: its header, and what fork choice wants to keep of it.
public struct BlockSummary: Hashable, Sendable {
    public var slot: UInt64
    public var proposerIndex: UInt64
    public var parentRoot: Bytes32
    public var stateRoot: Bytes32
    public var bodyRoot: Bytes32
    /// Opaque to the store: written and read by whoever put the block.
    public var annotation: [UInt8]

    public init(
        slot: UInt64,
        proposerIndex: UInt64,
        parentRoot: Bytes32,
        stateRoot: Bytes32,
        bodyRoot: Bytes32,
        annotation: [UInt8] = []
    ) {
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.parentRoot = parentRoot
        self.stateRoot = stateRoot
        self.bodyRoot = bodyRoot
        self.annotation = annotation
    }
}

extension ValueCodec<BlockSummary> {
    static let blockSummary = ValueCodec(
        encode: { summary throws(StoreError) in
            guard summary.annotation.count <= Tables.maximumRecordBytes else {
                throw .tooLarge(
                    what: "a block annotation",
                    limit: Tables.maximumRecordBytes,
                    got: summary.annotation.count
                )
            }
            var bytes: [UInt8] = []
            bytes.append(bigEndian: summary.slot)
            bytes.append(bigEndian: summary.proposerIndex)
            bytes.append(summary.parentRoot)
            bytes.append(summary.stateRoot)
            bytes.append(summary.bodyRoot)
            return bytes + summary.annotation
        },
        decode: { bytes throws(CodecError) in
            var reader = ByteReader(bytes)
            return BlockSummary(
                slot: try reader.uint64(),
                proposerIndex: try reader.uint64(),
                parentRoot: try reader.root(),
                stateRoot: try reader.root(),
                bodyRoot: try reader.root(),
                annotation: reader.rest()
            )
        },
        cost: { 112 + $0.annotation.count }
    )
}

/// A block by slot, as the slot index orders them.
public struct SlotRoot: Hashable, Sendable {
    public var slot: UInt64
    public var root: Bytes32

    public init(slot: UInt64, root: Bytes32) {
        self.slot = slot
        self.root = root
    }
}
