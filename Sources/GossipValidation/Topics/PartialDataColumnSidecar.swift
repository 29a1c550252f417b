public import ConsensusTypes
internal import DataAvailability
internal import Hashing
public import KZG
internal import SSZ
internal import StateTransition

extension GossipJudge {
    private var columnHeaderRules: HeaderRules {
        HeaderRules(
            fromTheFuture: .headerIsFromAFutureSlot,
            notAfterFinalized: .headerIsNotFromASlotGreaterThanTheLatestFinalizedSlot,
            parentNotSeen: .headersParentHasNotBeenSeen,
            parentFailed: .headersParentFailedValidation,
            badSignature: .invalidProposerSignatureOnHeader,
            notAfterParent: .headerIsNotFromAHigherSlotThanItsParent,
            notOfFinalized: .finalizedCheckpointIsNotAnAncestorOfHeadersBlock,
            wrongProposer: .headerProposerIndexDoesNotMatchExpectedProposer
        )
    }

    /// Spec: `validate_partial_data_column_sidecar_gossip` (fulu; since gloas a message has cells and no header).
    ///
    /// A header that stands is remembered even where the cells that came with it do not.
    public func validatePartialDataColumnSidecar(
        _ sidecar: PartialDataColumnSidecar,
        group: PartialDataColumnGroupID,
        column: UInt64,
        kzg: KZGSettings,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        judge(since: .fulu) { () throws(GossipRefusal) in
            let cells = sidecar.cellsPresentBitmap.oneCount
            try require(cells > 0 || !sidecar.header.isEmpty, orReject: .partialMessageIsSemanticallyEmpty)
            try require(sidecar.partialColumn.count == cells, orReject: .numberOfCellsDoesNotMatchNumberOfSetBits)
            try require(sidecar.kzgProofs.count == cells, orReject: .numberOfProofsDoesNotMatchNumberOfSetBits)
            if fork >= .gloas { return try requireGroup(group, sidecar, of: column, kzg) }
            if let header = sidecar.header.first {
                try requireColumnHeader(header, group, seen)
                seen.remember(header, of: group.beaconBlockRoot)
            }
            guard cells > 0 else { return }
            guard let header = seen.columnHeaders[group.beaconBlockRoot] else {
                throw .ignore(.validCorrespondingHeaderHasNotBeenSeen)
            }
            let slot = header.signedBlockHeader.message.slot
            try require(!isFutureSlot(slot), orIgnore: .correspondingHeaderIsFromAFutureSlot)
            try require(
                slot > startSlot(of: chain.finalizedCheckpoint.epoch),
                orIgnore: .correspondingHeaderIsNotFromASlotGreaterThanTheLatestFinalizedSlot
            )
            try requireCells(sidecar, of: column, header.kzgCommitments, kzg)
        }
    }

    /// The block that the cells belong to, which has the commitments (gloas).
    private func requireGroup(
        _ group: PartialDataColumnGroupID,
        _ sidecar: PartialDataColumnSidecar,
        of column: UInt64,
        _ kzg: KZGSettings
    ) throws(GossipRefusal) {
        let root = group.beaconBlockRoot
        guard let block = chain.block(root) else { throw .ignore(.groupIdsBlockHasNotBeenSeen) }
        try require(chain.state(after: root) != nil, orReject: .groupIdsBlockFailedValidation)
        try require(group.slot == block.slot, orReject: .groupIdsSlotDoesNotMatchTheBlocksSlot)
        try requireCells(sidecar, of: column, block.bid?.blobKzgCommitments ?? [], kzg)
    }

    private func requireColumnHeader(
        _ header: PartialDataColumnHeader,
        _ group: PartialDataColumnGroupID,
        _ seen: GossipSeen
    ) throws(GossipRefusal) {
        if let known = seen.columnHeaders[group.beaconBlockRoot] {
            try require(known == header, orReject: .headerDiffersFromPreviouslyValidatedHeader)
        }
        try require(
            header.signedBlockHeader.message.hashTreeRoot(in: context) == group.beaconBlockRoot,
            orReject: .headersBlockRootDoesNotMatchGroupIdsBlockRoot
        )
        try require(!header.kzgCommitments.isEmpty, orReject: .headersKzgCommitmentsIsEmpty)
        try requireHeader(header.signedBlockHeader, columnHeaderRules) { () throws(GossipRefusal) in
            try require(isIncluded(header), orReject: .invalidHeaderInclusionProof)
        }
    }

    /// Spec: `verify_partial_data_column_header_inclusion_proof`.
    private func isIncluded(_ header: PartialDataColumnHeader) -> Bool {
        let depth = preset.kzgCommitmentsInclusionProofDepth
        guard depth < UInt64.bitWidth,
            let index = context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "blob_kzg_commitments")
        else { return false }
        return isValidMerkleBranch(
            leaf: header.kzgCommitments.hashTreeRoot(
                .list(.exactly(preset.maxBlobCommitmentsPerBlock)),
                in: context
            ),
            branch: header.kzgCommitmentsInclusionProof,
            depth: depth,
            index: index % (1 << depth),
            root: header.signedBlockHeader.message.bodyRoot
        )
    }

    /// The cells that are there belong to the commitments.
    ///
    /// Spec: `verify_partial_data_column_sidecar_kzg_proofs`.
    func requireCells(
        _ sidecar: PartialDataColumnSidecar,
        of column: UInt64,
        _ commitments: [KZGCommitment],
        _ kzg: KZGSettings
    ) throws(GossipRefusal) {
        let bitmap = sidecar.cellsPresentBitmap
        try require(bitmap.count == commitments.count, orReject: .bitmapLengthDoesNotMatchCommitmentsLength)
        let holds = try? kzg.verifyCellKZGProofBatch(
            commitments: bitmap.oneIndices.map { commitments[$0] },
            cellIndices: [UInt64](repeating: column, count: bitmap.oneCount),
            cells: sidecar.partialColumn,
            proofs: sidecar.kzgProofs
        )
        try require(holds == true, orReject: .invalidSidecarKzgProofs)
    }
}
