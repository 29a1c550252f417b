public import Hashing
public import SSZ

/// Spec: `BeaconBlock` (since phase0).
public struct BeaconBlock: SSZContainer, Hashable {
    public var slot: Slot = 0
    public var proposerIndex: ValidatorIndex = 0
    public var parentRoot: Root = Root()
    public var stateRoot: Root = Root()
    public var body: BeaconBlockBody = BeaconBlockBody()

    public init() {}

    public init(slot: Slot, proposerIndex: ValidatorIndex, parentRoot: Root, stateRoot: Root, body: BeaconBlockBody) {
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.parentRoot = parentRoot
        self.stateRoot = stateRoot
        self.body = body
    }

    public static let fields: [Field<BeaconBlock>] = [
        .init("slot", \.slot),
        .init("proposer_index", \.proposerIndex),
        .init("parent_root", \.parentRoot),
        .init("state_root", \.stateRoot),
        .init("body", \.body),
    ]
}
