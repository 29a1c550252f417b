public import ConsensusTypes
public import KZG
import SSZ
import StateTransition

/// Judges blobs and column sidecars against commitments.
public struct BlobDataJudge: Sendable {
    public let spec: ChainSpec
    public let kzg: KZGSettings

    public init(spec: ChainSpec, kzg: KZGSettings) {
        self.spec = spec
        self.kzg = kzg
    }

    /// Spec: `is_data_available` (deneb), of blobs that were fetched.
    public func requireAvailable(
        commitments: [KZGCommitment],
        blobs: [[UInt8]],
        proofs: [KZGProof]
    ) throws(DataAvailabilityError) {
        if blobs.isEmpty && !commitments.isEmpty { throw .noData(commitments: commitments.count) }
        let holds: Bool
        do throws(KZGError) {
            holds = try kzg.verifyBlobKZGProofBatch(blobs: blobs, commitments: commitments, proofs: proofs)
        } catch {
            throw .kzg(error)
        }
        guard holds else { throw .wrongProof }
    }

    /// Spec: `is_data_available` (fulu), of the sampled columns that were fetched.
    ///
    /// Which columns a node must sample is the caller's knowledge; none for a block with commitments is an error.
    public func requireAvailable(
        commitments: [KZGCommitment],
        sidecars: [DataColumnSidecar],
        fork: ForkName
    ) throws(DataAvailabilityError) {
        if sidecars.isEmpty && !commitments.isEmpty { throw .noData(commitments: commitments.count) }
        for sidecar in sidecars {
            try verifyDataColumnSidecar(sidecar, fork: fork)
            try verifyDataColumnSidecarKZGProofs(sidecar)
        }
    }

    /// Spec: `verify_data_column_sidecar`; since gloas of a sidecar that was put against its block's commitments.
    public func verifyDataColumnSidecar(
        _ sidecar: DataColumnSidecar,
        fork: ForkName
    ) throws(DataAvailabilityError) {
        guard fork >= .fulu else { throw .fork(fork) }
        let columns = UInt64(kzg.shape.cellsPerExtBlob)
        guard sidecar.index < columns else { throw .columnIndex(limit: columns, got: sidecar.index) }
        let count = sidecar.kzgCommitments.count
        guard count > 0 else { throw .noCommitments(column: sidecar.index) }
        let epoch = sidecar.signedBlockHeader.message.slot / spec.preset.slotsPerEpoch
        let limit = spec.maxBlobsPerBlock(fork, epoch)
        // Since gloas that is asked of the bid.
        guard fork >= .gloas || UInt64(count) <= limit else { throw .tooManyBlobs(limit: limit, got: count) }
        guard sidecar.column.count == count else {
            throw .cells(column: sidecar.index, expected: count, got: sidecar.column.count)
        }
        guard sidecar.kzgProofs.count == count else {
            throw .proofs(column: sidecar.index, expected: count, got: sidecar.kzgProofs.count)
        }
    }

    /// Spec: `verify_data_column_sidecar_kzg_proofs`.
    public func verifyDataColumnSidecarKZGProofs(_ sidecar: DataColumnSidecar) throws(DataAvailabilityError) {
        let holds: Bool
        do throws(KZGError) {
            holds = try kzg.verifyCellKZGProofBatch(
                commitments: sidecar.kzgCommitments,
                cellIndices: [UInt64](repeating: sidecar.index, count: sidecar.column.count),
                cells: sidecar.column,
                proofs: sidecar.kzgProofs
            )
        } catch {
            throw .kzg(error)
        }
        guard holds else { throw .wrongProof }
    }

    /// Spec: `verify_data_column_sidecar_inclusion_proof`.
    public func verifyDataColumnSidecarInclusionProof(
        _ sidecar: DataColumnSidecar,
        fork: ForkName
    ) throws(DataAvailabilityError) {
        let context = spec.context(fork)
        guard fork == .fulu,
            let index = context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "blob_kzg_commitments")
        else { throw .fork(fork) }
        let depth = spec.preset.kzgCommitmentsInclusionProofDepth
        let leaf = sidecar.kzgCommitments.hashTreeRoot(
            .list(.exactly(spec.preset.maxBlobCommitmentsPerBlock)),
            in: context
        )
        let isIncluded = isValidMerkleBranch(
            leaf: leaf,
            branch: sidecar.kzgCommitmentsInclusionProof,
            depth: depth,
            // Spec: `get_subtree_index`.
            index: depth < 64 ? index & (1 << depth - 1) : index,
            root: sidecar.signedBlockHeader.message.bodyRoot
        )
        guard isIncluded else { throw .notIncluded(column: sidecar.index) }
    }
}
