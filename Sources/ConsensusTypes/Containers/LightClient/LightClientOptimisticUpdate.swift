public import SSZ

/// Spec: `LightClientOptimisticUpdate` (since altair).
public struct LightClientOptimisticUpdate: SSZContainer, Hashable {
    public var attestedHeader: LightClientHeader = LightClientHeader()
    public var syncAggregate: SyncAggregate = SyncAggregate()
    public var signatureSlot: Slot = 0

    public init() {}

    public init(attestedHeader: LightClientHeader, syncAggregate: SyncAggregate, signatureSlot: Slot) {
        self.attestedHeader = attestedHeader
        self.syncAggregate = syncAggregate
        self.signatureSlot = signatureSlot
    }

    public static let fields: [Field<LightClientOptimisticUpdate>] = [
        .init("attested_header", \.attestedHeader),
        .init("sync_aggregate", \.syncAggregate),
        .init("signature_slot", \.signatureSlot),
    ]
}
