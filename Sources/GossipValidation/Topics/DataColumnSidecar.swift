public import ConsensusTypes
internal import DataAvailability
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
