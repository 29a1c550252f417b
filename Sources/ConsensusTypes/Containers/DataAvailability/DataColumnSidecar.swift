public import Hashing
public import SSZ

/// Spec: `DataColumnSidecar` (since fulu).
public struct DataColumnSidecar: SSZContainer, Hashable {
    public var index: UInt64 = 0
    public var column: [[UInt8]] = []
    public var kzgCommitments: [KZGCommitment] = []
    public var kzgProofs: [KZGProof] = []
    public var signedBlockHeader: SignedBeaconBlockHeader = SignedBeaconBlockHeader()
    public var kzgCommitmentsInclusionProof: [Bytes32] = []
    public var slot: Slot = 0
    public var beaconBlockRoot: Root = Root()

    public init() {}

    public static let fields: [Field<DataColumnSidecar>] = [
        .init("index", \.index),
        .init(
            "column",
            \.column,
            .list(.preset(\.maxBlobCommitmentsPerBlock), of: .vector(.product(32, .preset(\.fieldElementsPerCell))))
                .from(.gloas, .progressive(of: .vector(.product(32, .preset(\.fieldElementsPerCell)))))
        ),
        .init("kzg_commitments", \.kzgCommitments, .list(.preset(\.maxBlobCommitmentsPerBlock)), until: .gloas),
        .init("kzg_proofs", \.kzgProofs, .list(.preset(\.maxBlobCommitmentsPerBlock)).from(.gloas, .progressive())),
        .init("signed_block_header", \.signedBlockHeader, until: .gloas),
        .init(
            "kzg_commitments_inclusion_proof",
            \.kzgCommitmentsInclusionProof,
            .vector(.preset(\.kzgCommitmentsInclusionProofDepth)),
            until: .gloas
        ),
        .init("slot", \.slot, since: .gloas),
        .init("beacon_block_root", \.beaconBlockRoot, since: .gloas),
    ]
}
