public import Hashing
public import SSZ

/// Spec: `PartialDataColumnGroupID` (since fulu).
public struct PartialDataColumnGroupID: SSZContainer, Hashable {
    public var beaconBlockRoot: Root = Root()
    public var slot: Slot = 0

    public init() {}

    public static let fields: [Field<PartialDataColumnGroupID>] = [
        .init("beacon_block_root", \.beaconBlockRoot),
        .init("slot", \.slot, since: .gloas),
    ]
}
