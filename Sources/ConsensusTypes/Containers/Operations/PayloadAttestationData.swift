public import Hashing
public import SSZ

/// Spec: `PayloadAttestationData` (since gloas).
public struct PayloadAttestationData: SSZContainer, Hashable {
    public var beaconBlockRoot: Root = Root()
    public var slot: Slot = 0
    public var payloadPresent: Bool = false
    public var blobDataAvailable: Bool = false

    public init() {}

    public init(beaconBlockRoot: Root, slot: Slot, payloadPresent: Bool, blobDataAvailable: Bool) {
        self.beaconBlockRoot = beaconBlockRoot
        self.slot = slot
        self.payloadPresent = payloadPresent
        self.blobDataAvailable = blobDataAvailable
    }

    public static let fields: [Field<PayloadAttestationData>] = [
        .init("beacon_block_root", \.beaconBlockRoot),
        .init("slot", \.slot),
        .init("payload_present", \.payloadPresent),
        .init("blob_data_available", \.blobDataAvailable),
    ]
}
