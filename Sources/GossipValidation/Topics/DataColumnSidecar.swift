public import ConsensusTypes
internal import DataAvailability
internal import Hashing
public import KZG
internal import SSZ
internal import StateTransition

extension GossipJudge {
    private var columnRules: HeaderRules {
        HeaderRules(
            fromTheFuture: .sidecarIsFromAFutureSlot,
            notAfterFinalized: .sidecarIsNotFromASlotGreaterThanTheLatestFinalizedSlot,
            parentNotSeen: .sidecarsParentHasNotBeenSeen,
            parentFailed: .sidecarsParentFailedValidation,
            badSignature: .invalidProposerSignatureOnSidecarBlockHeader,
            notAfterParent: .sidecarIsNotFromAHigherSlotThanItsParent,
            notOfFinalized: .finalizedCheckpointIsNotAnAncestorOfSidecarsBlock,
            wrongProposer: .sidecarProposerIndexDoesNotMatchExpectedProposer
        )
    }

    /// Spec: `validate_data_column_sidecar_gossip` (fulu).
    public func validateDataColumnSidecar(
        _ sidecar: DataColumnSidecar,
        subnet: UInt64,
        kzg: KZGSettings,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        if fork >= .gloas { return validateColumn(sidecar, subnet, kzg, &seen) }
        let header = sidecar.signedBlockHeader.message
        let duty = GossipSeen.Duty(time: header.slot, validator: header.proposerIndex, index: sidecar.index)
        let judgeOfData = BlobDataJudge(spec: spec, kzg: kzg)
        return judge(since: .fulu, through: .fulu) { () throws(GossipRefusal) in
            try require(
                !seen.columnsOfProposers.contains(duty),
                orIgnore: .alreadySeenSidecarFromThisProposerForThisSlotAndIndex
            )
            try require(
                holds { () throws(DataAvailabilityError) in
                    try judgeOfData.verifyDataColumnSidecar(sidecar, fork: fork)
                },
                orReject: .invalidSidecar
            )
            try requireColumnSubnet(sidecar.index, subnet)
            try requireHeader(sidecar.signedBlockHeader, columnRules) { () throws(GossipRefusal) in
                try require(
                    holds { () throws(DataAvailabilityError) in
                        try judgeOfData.verifyDataColumnSidecarInclusionProof(sidecar, fork: fork)
                    },
                    orReject: .invalidSidecarInclusionProof
                )
                try require(
                    holds { () throws(DataAvailabilityError) in
                        try judgeOfData.verifyDataColumnSidecarKZGProofs(sidecar)
                    },
                    orReject: .invalidSidecarKzgProofs
                )
            }
            seen.columnsOfProposers.insert(duty)
        }
    }

    /// The rules since gloas: a sidecar names its block, which has the commitments.
    private func validateColumn(
        _ sidecar: DataColumnSidecar,
        _ subnet: UInt64,
        _ kzg: KZGSettings,
        _ seen: inout GossipSeen
    ) -> GossipVerdict {
        let root = sidecar.beaconBlockRoot
        let part = GossipSeen.Part(root: root, index: sidecar.index)
        return judge(since: .gloas) { () throws(GossipRefusal) in
            try require(!seen.columns.contains(part), orIgnore: .alreadySeenSidecarForThisBlockRootAndIndex)
            try requireColumnSubnet(sidecar.index, subnet)
            try require(!isFutureSlot(sidecar.slot), orIgnore: .sidecarIsFromAFutureSlot)
            guard let block = chain.block(root) else {
                throw .ignore(.blockForSidecarsBeaconBlockRootHasNotBeenSeen)
            }
            try require(chain.state(after: root) != nil, orReject: .blockForSidecarsBeaconBlockRootFailedValidation)
            try require(sidecar.slot == block.slot, orReject: .sidecarsSlotDoesNotMatchBlocksSlot)
            // Spec: `verify_data_column_sidecar`.
            let commitments = block.bid?.blobKzgCommitments ?? []
            let count = sidecar.column.count
            try require(
                sidecar.index < preset.numberOfColumns && count > 0 && count == commitments.count
                    && count == sidecar.kzgProofs.count,
                orReject: .invalidSidecar
            )
            // Spec: `verify_data_column_sidecar_kzg_proofs`.
            let holds = try? kzg.verifyCellKZGProofBatch(
                commitments: commitments,
                cellIndices: [UInt64](repeating: sidecar.index, count: count),
                cells: sidecar.column,
                proofs: sidecar.kzgProofs
            )
            try require(holds == true, orReject: .invalidSidecarKzgProofs)
            seen.columns.insert(part)
        }
    }

    /// Spec: `compute_subnet_for_data_column_sidecar`.
    func requireColumnSubnet(_ index: UInt64, _ subnet: UInt64) throws(GossipRefusal) {
        try require(index % config.dataColumnSidecarSubnetCount == subnet, orReject: .sidecarIsForWrongSubnet)
    }

    /// Whether a check of blob data passes.
    func holds(_ check: () throws(DataAvailabilityError) -> Void) -> Bool {
        do throws(DataAvailabilityError) {
            try check()
            return true
        } catch {
            return false
        }
    }
}
