public import Hashing
public import SSZ

/// Spec: `PartialDataColumnHeader` (since fulu).
public struct PartialDataColumnHeader: SSZContainer, Hashable {
    public var kzgCommitments: [KZGCommitment] = []
    public var signedBlockHeader: SignedBeaconBlockHeader = SignedBeaconBlockHeader()
    public var kzgCommitmentsInclusionProof: [Bytes32] = []

    public init() {}

    public init(
        kzgCommitments: [KZGCommitment],
        signedBlockHeader: SignedBeaconBlockHeader,
        kzgCommitmentsInclusionProof: [Bytes32]
    ) {
        self.kzgCommitments = kzgCommitments
        self.signedBlockHeader = signedBlockHeader
        self.kzgCommitmentsInclusionProof = kzgCommitmentsInclusionProof
    }

    public static let fields: [Field<PartialDataColumnHeader>] = [
        .init("kzg_commitments", \.kzgCommitments, .list(.preset(\.maxBlobCommitmentsPerBlock))),
        .init("signed_block_header", \.signedBlockHeader),
        .init(
            "kzg_commitments_inclusion_proof",
            \.kzgCommitmentsInclusionProof,
            .vector(.preset(\.kzgCommitmentsInclusionProofDepth))
        ),
    ]
}
