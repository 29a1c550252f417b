public import Hashing
public import SSZ

/// Spec: `BeaconBlockBody` (since phase0).
public struct BeaconBlockBody: SSZContainer, Hashable {
    public var randaoReveal: BLSSignature = BLSSignature()
    public var eth1Data: Eth1Data = Eth1Data()
    public var graffiti: Bytes32 = Bytes32()
    public var proposerSlashings: [ProposerSlashing] = []
    public var attesterSlashings: [AttesterSlashing] = []
    public var attestations: [Attestation] = []
    public var deposits: [Deposit] = []
    public var voluntaryExits: [SignedVoluntaryExit] = []
    public var syncAggregate: SyncAggregate = SyncAggregate()
    public var executionPayload: ExecutionPayload = ExecutionPayload()
    public var blsToExecutionChanges: [SignedBLSToExecutionChange] = []
    public var blobKzgCommitments: [KZGCommitment] = []
    public var executionRequests: ExecutionRequests = ExecutionRequests()
    public var signedExecutionPayloadBid: SignedExecutionPayloadBid = SignedExecutionPayloadBid()
    public var payloadAttestations: [PayloadAttestation] = []
    public var parentExecutionRequests: ExecutionRequests = ExecutionRequests()

    public init() {}

    public static let fields: [Field<BeaconBlockBody>] = [
        .init("randao_reveal", \.randaoReveal),
        .init("eth1_data", \.eth1Data, until: .heze),
        .init("graffiti", \.graffiti),
        .init(
            "proposer_slashings",
            \.proposerSlashings,
            .list(.preset(\.maxProposerSlashings)).from(.gloas, .progressive())
        ),
        .init(
            "attester_slashings",
            \.attesterSlashings,
            .list(.preset(\.maxAttesterSlashings)).from(.electra, .list(.preset(\.maxAttesterSlashingsElectra))).from(
                .gloas,
                .progressive()
            )
        ),
        .init(
            "attestations",
            \.attestations,
            .list(.preset(\.maxAttestations)).from(.electra, .list(.preset(\.maxAttestationsElectra))).from(
                .gloas,
                .progressive()
            )
        ),
        .init("deposits", \.deposits, .list(.preset(\.maxDeposits)).from(.gloas, .progressive()), until: .heze),
        .init("voluntary_exits", \.voluntaryExits, .list(.preset(\.maxVoluntaryExits)).from(.gloas, .progressive())),
        .init("sync_aggregate", \.syncAggregate, since: .altair),
        .init("execution_payload", \.executionPayload, since: .bellatrix, until: .gloas),
        .init(
            "bls_to_execution_changes",
            \.blsToExecutionChanges,
            .list(.preset(\.maxBlsToExecutionChanges)).from(.gloas, .progressive()),
            since: .capella
        ),
        .init(
            "blob_kzg_commitments",
            \.blobKzgCommitments,
            .list(.preset(\.maxBlobCommitmentsPerBlock)),
            since: .deneb,
            until: .gloas
        ),
        .init("execution_requests", \.executionRequests, since: .electra, until: .gloas),
        .init("signed_execution_payload_bid", \.signedExecutionPayloadBid, since: .gloas),
        .init("payload_attestations", \.payloadAttestations, .progressive(), since: .gloas),
        .init("parent_execution_requests", \.parentExecutionRequests, since: .gloas),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.heze.rawValue { return .init(width: 13, gaps: [1, 6]) }
        if version >= ForkName.gloas.rawValue { return .init(width: 13) }
        return nil
    }
}
