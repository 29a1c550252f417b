public import Hashing
public import SSZ

/// Spec: `LightClientBootstrap` (since altair).
public struct LightClientBootstrap: SSZContainer, Equatable {
    public var header: LightClientHeader = LightClientHeader()
    public var currentSyncCommittee: SyncCommittee = SyncCommittee()
    public var currentSyncCommitteeBranch: [Bytes32] = []

    public init() {}

    public init(header: LightClientHeader, currentSyncCommittee: SyncCommittee, currentSyncCommitteeBranch: [Bytes32]) {
        self.header = header
        self.currentSyncCommittee = currentSyncCommittee
        self.currentSyncCommitteeBranch = currentSyncCommitteeBranch
    }

    public static let fields: [Field<LightClientBootstrap>] = [
        .init("header", \.header),
        .init("current_sync_committee", \.currentSyncCommittee),
        .init(
            "current_sync_committee_branch",
            \.currentSyncCommitteeBranch,
            .vector(5).from(.electra, .vector(6)).from(.gloas, .vector(11))
        ),
    ]
}
