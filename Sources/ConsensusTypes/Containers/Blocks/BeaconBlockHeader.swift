public import Hashing
public import SSZ

/// Spec: `BeaconBlockHeader` (since phase0).
public struct BeaconBlockHeader: SSZContainer, Hashable {
    public var slot: Slot = 0
    public var proposerIndex: ValidatorIndex = 0
    public var parentRoot: Root = Root()
    public var stateRoot: Root = Root()
    public var bodyRoot: Root = Root()

    public init() {}

    public init(slot: Slot, proposerIndex: ValidatorIndex, parentRoot: Root, stateRoot: Root, bodyRoot: Root) {
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.parentRoot = parentRoot
        self.stateRoot = stateRoot
        self.bodyRoot = bodyRoot
    }

    public static let fields: [Field<BeaconBlockHeader>] = [
        .init("slot", \.slot),
        .init("proposer_index", \.proposerIndex),
        .init("parent_root", \.parentRoot),
        .init("state_root", \.stateRoot),
        .init("body_root", \.bodyRoot),
    ]
}
