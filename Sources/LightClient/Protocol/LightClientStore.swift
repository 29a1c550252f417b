public import ConsensusTypes
public import Hashing
internal import SSZ
public import StateTransition

/// What a light client knows: the headers it trusts, and the sync committees that lead it further.
///
/// Spec: `LightClientStore`.
public struct LightClientStore: Sendable {
    public let spec: ChainSpec
    let caches: TransitionCaches
    /// The fork whose containers the store holds; data in the format of an earlier one is upgraded before use.
    public internal(set) var fork: ForkName
    /// The header that is finalized.
    public internal(set) var finalizedHeader: LightClientHeader
    /// The sync committees of the finalized header's period, and of the one after it; zeroes until that is known.
    public internal(set) var currentSyncCommittee: SyncCommittee
    public internal(set) var nextSyncCommittee: SyncCommittee
    /// What the finalized header can be moved to if nothing better comes.
    public internal(set) var bestValidUpdate: LightClientUpdate?
    /// The most recent header that is reasonably safe.
    public internal(set) var optimisticHeader: LightClientHeader
    public internal(set) var previousMaxActiveParticipants: UInt64 = 0
    public internal(set) var currentMaxActiveParticipants: UInt64 = 0

    /// Spec: `initialize_light_client_store`; the bootstrap is in the format of `fork`.
    public init(
        trustedBlockRoot: Root,
        bootstrap: LightClientBootstrap,
        in fork: ForkName,
        spec: ChainSpec,
        caches: TransitionCaches = TransitionCaches()
    ) throws(LightClientError) {
        let function = "initialize_light_client_store"
        let fork = fork.lightClientFork
        let beacon = bootstrap.header.beacon
        try require(
            spec.isValidLightClientHeader(bootstrap.header, in: fork),
            function,
            "header",
            expected: "a proof of its execution payload",
            got: "none"
        )
        try requireEqual(beacon.hashTreeRoot(in: .invariant), trustedBlockRoot, function, "trusted_block_root")
        try require(
            isValidNormalizedMerkleBranch(
                leaf: bootstrap.currentSyncCommittee.hashTreeRoot(in: spec.context(fork)),
                branch: bootstrap.currentSyncCommitteeBranch,
                index: spec.currentSyncCommitteeGindexAtSlot(beacon.slot),
                root: beacon.stateRoot
            ),
            function,
            "current_sync_committee_branch",
            expected: "a proof",
            got: "none"
        )
        self.spec = spec
        self.caches = caches
        self.fork = fork
        finalizedHeader = bootstrap.header
        currentSyncCommittee = bootstrap.currentSyncCommittee
        nextSyncCommittee = spec.emptySyncCommittee()
        optimisticHeader = bootstrap.header
    }

    /// Spec: `is_next_sync_committee_known`.
    public var isNextSyncCommitteeKnown: Bool { nextSyncCommittee != spec.emptySyncCommittee() }

    /// Spec: `get_safety_threshold`.
    public var safetyThreshold: UInt64 { max(previousMaxActiveParticipants, currentMaxActiveParticipants) / 2 }
}
