public import Hashing
public import SSZ

/// Spec: `SyncCommitteeContribution` (since altair).
public struct SyncCommitteeContribution: SSZContainer, Hashable {
    public var slot: Slot = 0
    public var beaconBlockRoot: Root = Root()
    public var subcommitteeIndex: UInt64 = 0
    public var aggregationBits: Bitvector = Bitvector()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(
        slot: Slot,
        beaconBlockRoot: Root,
        subcommitteeIndex: UInt64,
        aggregationBits: Bitvector,
        signature: BLSSignature
    ) {
        self.slot = slot
        self.beaconBlockRoot = beaconBlockRoot
        self.subcommitteeIndex = subcommitteeIndex
        self.aggregationBits = aggregationBits
        self.signature = signature
    }

    public static let fields: [Field<SyncCommitteeContribution>] = [
        .init("slot", \.slot),
        .init("beacon_block_root", \.beaconBlockRoot),
        .init("subcommittee_index", \.subcommitteeIndex),
        .init("aggregation_bits", \.aggregationBits, .vector(.syncSubcommitteeSize)),
        .init("signature", \.signature),
    ]
}
