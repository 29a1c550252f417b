public import Hashing
public import SSZ

/// Spec: `PowBlock` (since bellatrix).
public struct PowBlock: SSZContainer, Hashable {
    public var blockHash: Hash32 = Hash32()
    public var parentHash: Hash32 = Hash32()
    public var totalDifficulty: UInt256 = UInt256()

    public init() {}

    public init(blockHash: Hash32, parentHash: Hash32, totalDifficulty: UInt256) {
        self.blockHash = blockHash
        self.parentHash = parentHash
        self.totalDifficulty = totalDifficulty
    }

    public static let fields: [Field<PowBlock>] = [
        .init("block_hash", \.blockHash),
        .init("parent_hash", \.parentHash),
        .init("total_difficulty", \.totalDifficulty),
    ]
}
