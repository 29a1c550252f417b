public import Hashing
public import SSZ

/// Spec: `LightClientUpdate` (since altair).
public struct LightClientUpdate: SSZContainer, Equatable {
    public var attestedHeader: LightClientHeader = LightClientHeader()
    public var nextSyncCommittee: SyncCommittee = SyncCommittee()
    public var nextSyncCommitteeBranch: [Bytes32] = []
    public var finalizedHeader: LightClientHeader = LightClientHeader()
    public var finalityBranch: [Bytes32] = []
    public var syncAggregate: SyncAggregate = SyncAggregate()
    public var signatureSlot: Slot = 0

    public init() {}

    public static let fields: [Field<LightClientUpdate>] = [
        .init("attested_header", \.attestedHeader),
        .init("next_sync_committee", \.nextSyncCommittee),
        .init(
            "next_sync_committee_branch",
            \.nextSyncCommitteeBranch,
            .vector(5).from(.electra, .vector(6)).from(.gloas, .vector(11))
        ),
        .init("finalized_header", \.finalizedHeader),
        .init("finality_branch", \.finalityBranch, .vector(6).from(.electra, .vector(7)).from(.gloas, .vector(9))),
        .init("sync_aggregate", \.syncAggregate),
        .init("signature_slot", \.signatureSlot),
    ]
}
