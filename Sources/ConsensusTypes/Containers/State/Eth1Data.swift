public import Hashing
public import SSZ

/// Spec: `Eth1Data` (since phase0).
public struct Eth1Data: SSZContainer, Hashable {
    public var depositRoot: Root = Root()
    public var depositCount: UInt64 = 0
    public var blockHash: Hash32 = Hash32()

    public init() {}

    public init(depositRoot: Root, depositCount: UInt64, blockHash: Hash32) {
        self.depositRoot = depositRoot
        self.depositCount = depositCount
        self.blockHash = blockHash
    }

    public static let fields: [Field<Eth1Data>] = [
        .init("deposit_root", \.depositRoot),
        .init("deposit_count", \.depositCount),
        .init("block_hash", \.blockHash),
    ]
}
