public import Hashing
public import SSZ

/// Spec: `HistoricalBatch` (since phase0).
public struct HistoricalBatch: SSZContainer, Hashable {
    public var blockRoots: [Root] = []
    public var stateRoots: [Root] = []

    public init() {}

    public init(blockRoots: [Root], stateRoots: [Root]) {
        self.blockRoots = blockRoots
        self.stateRoots = stateRoots
    }

    public static let fields: [Field<HistoricalBatch>] = [
        .init("block_roots", \.blockRoots, .vector(.preset(\.slotsPerHistoricalRoot))),
        .init("state_roots", \.stateRoots, .vector(.preset(\.slotsPerHistoricalRoot))),
    ]
}
