public import Hashing
public import SSZ

/// Spec: `BlobSidecar` (since deneb).
public struct BlobSidecar: SSZContainer, Hashable {
    public var index: UInt64 = 0
    public var blob: [UInt8] = []
    public var kzgCommitment: KZGCommitment = KZGCommitment()
    public var kzgProof: KZGProof = KZGProof()
    public var signedBlockHeader: SignedBeaconBlockHeader = SignedBeaconBlockHeader()
    public var kzgCommitmentInclusionProof: [Bytes32] = []

    public init() {}

    public init(
        index: UInt64,
        blob: [UInt8],
        kzgCommitment: KZGCommitment,
        kzgProof: KZGProof,
        signedBlockHeader: SignedBeaconBlockHeader,
        kzgCommitmentInclusionProof: [Bytes32]
    ) {
        self.index = index
        self.blob = blob
        self.kzgCommitment = kzgCommitment
        self.kzgProof = kzgProof
        self.signedBlockHeader = signedBlockHeader
        self.kzgCommitmentInclusionProof = kzgCommitmentInclusionProof
    }

    public static let fields: [Field<BlobSidecar>] = [
        .init("index", \.index),
        .init("blob", \.blob, .vector(.product(32, .preset(\.fieldElementsPerBlob)))),
        .init("kzg_commitment", \.kzgCommitment),
        .init("kzg_proof", \.kzgProof),
        .init("signed_block_header", \.signedBlockHeader),
        .init(
            "kzg_commitment_inclusion_proof",
            \.kzgCommitmentInclusionProof,
            .vector(.preset(\.kzgCommitmentInclusionProofDepth))
        ),
    ]
}
