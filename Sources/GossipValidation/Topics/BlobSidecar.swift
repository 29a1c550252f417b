public import ConsensusTypes
internal import Hashing
public import KZG
internal import SSZ
internal import StateTransition

extension GossipJudge {
    private var blobSidecarRules: HeaderRules {
        HeaderRules(
            fromTheFuture: .blobSidecarIsFromAFutureSlot,
            notAfterFinalized: .blobSidecarIsNotFromASlotGreaterThanTheLatestFinalizedSlot,
            parentNotSeen: .blobSidecarsParentHasNotBeenSeen,
            parentFailed: .blobSidecarsParentFailedValidation,
            badSignature: .invalidProposerSignatureOnBlobSidecarBlockHeader,
            notAfterParent: .blobSidecarIsNotFromAHigherSlotThanItsParent,
            notOfFinalized: .finalizedCheckpointIsNotAnAncestorOfBlobSidecarsBlock,
            wrongProposer: .blobSidecarProposerIndexDoesNotMatchExpectedProposer
        )
    }

    /// Spec: `validate_blob_sidecar_gossip` (deneb and electra).
    public func validateBlobSidecar(
        _ sidecar: BlobSidecar,
        subnet: UInt64,
        kzg: KZGSettings,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let header = sidecar.signedBlockHeader.message
        let duty = GossipSeen.Duty(time: header.slot, validator: header.proposerIndex, index: sidecar.index)
        return judge(since: .deneb, through: .electra) { () throws(GossipRefusal) in
            try require(
                !seen.blobSidecars.contains(duty),
                orIgnore: .alreadySeenBlobSidecarFromThisProposerForThisSlotAndIndex
            )
            try require(
                sidecar.index < spec.maxBlobsPerBlock(fork, epoch(of: header.slot)),
                orReject: .blobIndexOutOfRange
            )
            // Spec: `compute_subnet_for_blob_sidecar`.
            let subnets = fork >= .electra ? config.blobSidecarSubnetCountElectra : config.blobSidecarSubnetCount
            try require(sidecar.index % subnets == subnet, orReject: .blobSidecarIsForWrongSubnet)
            try requireHeader(sidecar.signedBlockHeader, blobSidecarRules) { () throws(GossipRefusal) in
                try require(isIncluded(sidecar), orReject: .invalidBlobSidecarInclusionProof)
                let holds = try? kzg.verifyBlobKZGProof(
                    blob: sidecar.blob,
                    commitment: sidecar.kzgCommitment,
                    proof: sidecar.kzgProof
                )
                try require(holds == true, orReject: .invalidBlobKzgProof)
            }
            seen.blobSidecars.insert(duty)
        }
    }

    /// Spec: `verify_blob_sidecar_inclusion_proof`.
    private func isIncluded(_ sidecar: BlobSidecar) -> Bool {
        guard let list = context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "blob_kzg_commitments") else {
            return false
        }
        // The left half of a list holds its elements, the right one their number.
        let leaves = preset.maxBlobCommitmentsPerBlock
        let width = UInt64(1) << UInt64(UInt64.bitWidth - (max(1, leaves) - 1).leadingZeroBitCount)
        let depth = preset.kzgCommitmentInclusionProofDepth
        return sidecar.index < leaves && depth < UInt64.bitWidth
            && isValidMerkleBranch(
                leaf: sidecar.kzgCommitment.hashTreeRoot(in: context),
                branch: sidecar.kzgCommitmentInclusionProof,
                depth: depth,
                // Spec: `get_subtree_index`.
                index: (list * 2 * width + sidecar.index) % (1 << depth),
                root: sidecar.signedBlockHeader.message.bodyRoot
            )
    }
}
