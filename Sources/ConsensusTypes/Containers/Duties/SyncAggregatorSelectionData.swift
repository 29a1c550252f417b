public import SSZ

/// Spec: `SyncAggregatorSelectionData` (since altair).
public struct SyncAggregatorSelectionData: SSZContainer, Hashable {
    public var slot: Slot = 0
    public var subcommitteeIndex: UInt64 = 0

    public init() {}

    public init(slot: Slot, subcommitteeIndex: UInt64) {
        self.slot = slot
        self.subcommitteeIndex = subcommitteeIndex
    }

    public static let fields: [Field<SyncAggregatorSelectionData>] = [
        .init("slot", \.slot),
        .init("subcommittee_index", \.subcommitteeIndex),
    ]
}
