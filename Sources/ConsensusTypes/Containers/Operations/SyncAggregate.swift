public import Hashing
public import SSZ

/// Spec: `SyncAggregate` (since altair).
public struct SyncAggregate: SSZContainer, Hashable {
    public var syncCommitteeBits: Bitvector = Bitvector()
    public var syncCommitteeSignature: BLSSignature = BLSSignature()

    public init() {}

    public init(syncCommitteeBits: Bitvector, syncCommitteeSignature: BLSSignature) {
        self.syncCommitteeBits = syncCommitteeBits
        self.syncCommitteeSignature = syncCommitteeSignature
    }

    public static let fields: [Field<SyncAggregate>] = [
        .init("sync_committee_bits", \.syncCommitteeBits, .vector(.preset(\.syncCommitteeSize))),
        .init("sync_committee_signature", \.syncCommitteeSignature),
    ]
}
