public import Hashing
public import SSZ

/// Spec: `LightClientFinalityUpdate` (since altair).
public struct LightClientFinalityUpdate: SSZContainer, Hashable {
    public var attestedHeader: LightClientHeader = LightClientHeader()
    public var finalizedHeader: LightClientHeader = LightClientHeader()
    public var finalityBranch: [Bytes32] = []
    public var syncAggregate: SyncAggregate = SyncAggregate()
    public var signatureSlot: Slot = 0

    public init() {}

    public init(
        attestedHeader: LightClientHeader,
        finalizedHeader: LightClientHeader,
        finalityBranch: [Bytes32],
        syncAggregate: SyncAggregate,
        signatureSlot: Slot
    ) {
        self.attestedHeader = attestedHeader
        self.finalizedHeader = finalizedHeader
        self.finalityBranch = finalityBranch
        self.syncAggregate = syncAggregate
        self.signatureSlot = signatureSlot
    }

    public static let fields: [Field<LightClientFinalityUpdate>] = [
        .init("attested_header", \.attestedHeader),
        .init("finalized_header", \.finalizedHeader),
        .init("finality_branch", \.finalityBranch, .vector(6).from(.electra, .vector(7)).from(.gloas, .vector(9))),
        .init("sync_aggregate", \.syncAggregate),
        .init("signature_slot", \.signatureSlot),
    ]
}
