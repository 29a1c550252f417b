public import Hashing
public import SSZ

/// Spec: `SyncCommitteeMessage` (since altair).
public struct SyncCommitteeMessage: SSZContainer, Hashable {
    public var slot: Slot = 0
    public var beaconBlockRoot: Root = Root()
    public var validatorIndex: ValidatorIndex = 0
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(slot: Slot, beaconBlockRoot: Root, validatorIndex: ValidatorIndex, signature: BLSSignature) {
        self.slot = slot
        self.beaconBlockRoot = beaconBlockRoot
        self.validatorIndex = validatorIndex
        self.signature = signature
    }

    public static let fields: [Field<SyncCommitteeMessage>] = [
        .init("slot", \.slot),
        .init("beacon_block_root", \.beaconBlockRoot),
        .init("validator_index", \.validatorIndex),
        .init("signature", \.signature),
    ]
}
