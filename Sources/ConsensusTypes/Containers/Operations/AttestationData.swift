public import Hashing
public import SSZ

/// Spec: `AttestationData` (since phase0).
public struct AttestationData: SSZContainer, Hashable {
    public var slot: Slot = 0
    public var index: CommitteeIndex = 0
    public var beaconBlockRoot: Root = Root()
    public var source: Checkpoint = Checkpoint()
    public var target: Checkpoint = Checkpoint()

    public init() {}

    public init(slot: Slot, index: CommitteeIndex, beaconBlockRoot: Root, source: Checkpoint, target: Checkpoint) {
        self.slot = slot
        self.index = index
        self.beaconBlockRoot = beaconBlockRoot
        self.source = source
        self.target = target
    }

    public static let fields: [Field<AttestationData>] = [
        .init("slot", \.slot),
        .init("index", \.index),
        .init("beacon_block_root", \.beaconBlockRoot),
        .init("source", \.source),
        .init("target", \.target),
    ]
}
