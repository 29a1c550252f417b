public import Hashing

/// How to get at the post-state of a block: it is stored, or it is replayed from the block `baseRoot`.
public struct StateSummary: Hashable, Sendable {
    public var slot: UInt64
    public var stateRoot: Bytes32
    /// The latest block up to this one whose post-state is stored whole; the block itself if its own is.
    public var baseRoot: Bytes32

    public init(slot: UInt64, stateRoot: Bytes32, baseRoot: Bytes32) {
        self.slot = slot
        self.stateRoot = stateRoot
        self.baseRoot = baseRoot
    }
}

extension ValueCodec<StateSummary> {
    static let stateSummary = ValueCodec(
        encode: { summary in
            var bytes: [UInt8] = []
            bytes.append(bigEndian: summary.slot)
            bytes.append(summary.stateRoot)
            bytes.append(summary.baseRoot)
            return bytes
        },
        decode: { bytes throws(CodecError) in
            var reader = ByteReader(bytes)
            let summary = StateSummary(
                slot: try reader.uint64(),
                stateRoot: try reader.root(),
                baseRoot: try reader.root()
            )
            try reader.finish()
            return summary
        },
        cost: { _ in 72 }
    )
}
