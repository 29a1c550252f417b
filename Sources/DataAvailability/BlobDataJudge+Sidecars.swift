public import ConsensusTypes
internal import Hashing
internal import KZG
internal import SSZ
internal import StateTransition

extension BlobDataJudge {
    /// Proves one sidecar by itself: its shape, that its commitments are those of the block its header names, and that
    /// its data belongs to them.
    ///
    /// That the header is signed, and by whom, is not asked: evidence counts only for a block that is valid itself. Of a
    /// column since gloas the commitments are those it was put `against`.
    public func prove(_ sidecar: Sidecar) throws(DataAvailabilityError) {
        let fork = spec.fork(atSlot: sidecar.slot)
        switch sidecar {
        case .blob(let sidecar):
            try verifyBlobSidecar(sidecar, fork: fork)
            try verifyBlobSidecarInclusionProof(sidecar, fork: fork)
            try verifyProof(of: sidecar)
        case .column(let sidecar):
            try verifyDataColumnSidecar(sidecar, fork: fork)
            if fork < .gloas { try verifyDataColumnSidecarInclusionProof(sidecar, fork: fork) }
            try verifyDataColumnSidecarKZGProofs(sidecar)
        }
    }

    /// A sidecar that does not count, by its place among those given.
    public struct Rejection: Sendable {
        public let position: Int
        public let error: DataAvailabilityError
    }

    /// What these sidecars prove of a block; those that prove nothing are named, and do no harm otherwise.
    ///
    /// Their commitments are compared with the block's own, which says more than an inclusion proof would. All proofs
    /// are verified together, and in halves where that fails: a wrong one costs as much as all right ones, not more.
    public func evidence(
        of sidecars: [Sidecar],
        for need: DataRequirement
    ) -> (evidence: DataEvidence, rejected: [Rejection]) {
        var evidence = DataEvidence()
        var rejected: [Rejection] = []
        var sound: [(position: Int, sidecar: Sidecar)] = []
        for (position, sidecar) in sidecars.map({ $0.against(need.commitments) }).enumerated() {
            do throws(DataAvailabilityError) {
                try check(sidecar, belongsTo: need)
                sound.append((position, sidecar))
            } catch {
                rejected.append(Rejection(position: position, error: error))
            }
        }
        var open = sound.isEmpty ? [] : [sound[...]]
        while let part = open.popLast() {
            do throws(DataAvailabilityError) {
                guard try verifyProofs(of: part.map(\.sidecar)) else { throw .wrongProof }
                for (_, sidecar) in part { evidence.add(sidecar) }
            } catch {
                let middle = part.startIndex + part.count / 2
                if part.count > 1 {
                    open += [part[..<middle], part[middle...]]
                } else if let (position, _) = part.first {
                    rejected.append(Rejection(position: position, error: error))
                }
            }
        }
        return (evidence, rejected.sorted { $0.position < $1.position })
    }

    /// Spec: `verify_blob_sidecar_inclusion_proof`.
    public func verifyBlobSidecarInclusionProof(
        _ sidecar: BlobSidecar,
        fork: ForkName
    ) throws(DataAvailabilityError) {
        let context = spec.context(fork)
        let limit = spec.preset.maxBlobCommitmentsPerBlock
        guard fork == .deneb || fork == .electra, sidecar.index < limit, limit <= 1 << 32,
            let list = context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "blob_kzg_commitments"),
            list < 1 << 16
        else { throw .blobNotIncluded(blob: sidecar.index) }
        let depth = spec.preset.kzgCommitmentInclusionProofDepth
        // The list's elements hang below the left one of its two nodes: the right one is its length.
        let index = list << UInt64(1 + Merkle.depth(of: limit)) + sidecar.index
        let isIncluded = isValidMerkleBranch(
            leaf: sidecar.kzgCommitment.hashTreeRoot(in: context),
            branch: sidecar.kzgCommitmentInclusionProof,
            depth: depth,
            // Spec: `get_subtree_index`.
            index: depth < 64 ? index & (1 << depth - 1) : index,
            root: sidecar.signedBlockHeader.message.bodyRoot
        )
        guard isIncluded else { throw .blobNotIncluded(blob: sidecar.index) }
    }

    private func verifyBlobSidecar(_ sidecar: BlobSidecar, fork: ForkName) throws(DataAvailabilityError) {
        let epoch = sidecar.signedBlockHeader.message.slot / spec.preset.slotsPerEpoch
        let limit = spec.maxBlobsPerBlock(fork, epoch)
        guard sidecar.index < limit else { throw .blobIndex(limit: limit, got: sidecar.index) }
    }

    private func check(_ sidecar: Sidecar, belongsTo need: DataRequirement) throws(DataAvailabilityError) {
        let root = sidecar.blockRoot
        guard root == need.blockRoot else { throw .block(expected: need.blockRoot, got: root) }
        switch sidecar {
        case .blob(let sidecar):
            guard need.fork < .fulu else { throw .fork(need.fork) }
            try verifyBlobSidecar(sidecar, fork: need.fork)
            guard sidecar.index < UInt64(need.commitments.count),
                need.commitments[Int(sidecar.index)] == sidecar.kzgCommitment
            else { throw .commitments(index: sidecar.index) }
        case .column(let sidecar):
            try verifyDataColumnSidecar(sidecar, fork: need.fork)
            guard sidecar.kzgCommitments == need.commitments else { throw .commitments(index: sidecar.index) }
        }
    }

    private func verifyProof(of sidecar: BlobSidecar) throws(DataAvailabilityError) {
        guard try verifyProofs(of: [.blob(sidecar)]) else { throw .wrongProof }
    }

    /// Whether the proofs of all sidecars hold: one equation for the blobs, one for the columns.
    private func verifyProofs(of sidecars: [Sidecar]) throws(DataAvailabilityError) -> Bool {
        var blobs: [BlobSidecar] = []
        var commitments: [KZGCommitment] = []
        var indices: [UInt64] = []
        var cells: [[UInt8]] = []
        var proofs: [KZGProof] = []
        for sidecar in sidecars {
            switch sidecar {
            case .blob(let sidecar): blobs.append(sidecar)
            case .column(let sidecar):
                commitments += sidecar.kzgCommitments
                indices += [UInt64](repeating: sidecar.index, count: sidecar.column.count)
                cells += sidecar.column
                proofs += sidecar.kzgProofs
            }
        }
        do throws(KZGError) {
            let blobsHold = try kzg.verifyBlobKZGProofBatch(
                blobs: blobs.map(\.blob),
                commitments: blobs.map(\.kzgCommitment),
                proofs: blobs.map(\.kzgProof)
            )
            guard blobsHold else { return false }
            return try kzg.verifyCellKZGProofBatch(
                commitments: commitments,
                cellIndices: indices,
                cells: cells,
                proofs: proofs
            )
        } catch {
            throw .kzg(error)
        }
    }
}
