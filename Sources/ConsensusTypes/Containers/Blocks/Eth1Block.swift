public import Hashing
public import SSZ

/// Spec: `Eth1Block` (since phase0).
public struct Eth1Block: SSZContainer, Hashable {
    public var timestamp: UInt64 = 0
    public var depositRoot: Root = Root()
    public var depositCount: UInt64 = 0

    public init() {}

    public init(timestamp: UInt64, depositRoot: Root, depositCount: UInt64) {
        self.timestamp = timestamp
        self.depositRoot = depositRoot
        self.depositCount = depositCount
    }

    public static let fields: [Field<Eth1Block>] = [
        .init("timestamp", \.timestamp),
        .init("deposit_root", \.depositRoot),
        .init("deposit_count", \.depositCount),
    ]
}
