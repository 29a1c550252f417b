public import ConsensusTypes
public import Hashing
internal import SSZ
internal import StateTransition

extension LightClientStore {
    /// Spec: `validate_light_client_update`; the update is in the store's format.
    public func validateLightClientUpdate(
        _ update: LightClientUpdate,
        currentSlot: Slot,
        genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        let function = "validate_light_client_update"
        try require(
            UInt64(update.participants) >= spec.preset.minSyncCommitteeParticipants,
            function,
            "participants",
            expected: "at least \(spec.preset.minSyncCommitteeParticipants)",
            got: "\(update.participants)"
        )
        try require(
            spec.isValidLightClientHeader(update.attestedHeader, in: fork),
            function,
            "attested_header",
            expected: "a proof of its execution payload",
            got: "none"
        )
        try validateSlots(update, currentSlot: currentSlot)
        try validateFinality(update)
        try validateNextSyncCommittee(update)
        try validateSignature(update, genesisValidatorsRoot)
    }

    /// The order of its slots, its period, and whether it tells anything new.
    private func validateSlots(_ update: LightClientUpdate, currentSlot: Slot) throws(LightClientError) {
        let function = "validate_light_client_update"
        let attestedSlot = update.attestedHeader.beacon.slot
        let finalizedSlot = update.finalizedHeader.beacon.slot
        try require(
            currentSlot >= update.signatureSlot && update.signatureSlot > attestedSlot && attestedSlot >= finalizedSlot,
            function,
            "slots",
            expected: "current ≥ signature > attested ≥ finalized",
            got: "\(currentSlot), \(update.signatureSlot), \(attestedSlot), \(finalizedSlot)"
        )
        let storePeriod = spec.computeSyncCommitteePeriodAtSlot(finalizedHeader.beacon.slot)
        let signaturePeriod = spec.computeSyncCommitteePeriodAtSlot(update.signatureSlot)
        try require(
            signaturePeriod == storePeriod || isNextSyncCommitteeKnown && signaturePeriod == storePeriod + 1,
            function,
            "signature period",
            expected: isNextSyncCommitteeKnown ? "\(storePeriod) or the next" : "\(storePeriod)",
            got: "\(signaturePeriod)"
        )
        let hasNextSyncCommittee =
            !isNextSyncCommitteeKnown && update.isSyncCommitteeUpdate
            && spec.computeSyncCommitteePeriodAtSlot(attestedSlot) == storePeriod
        try require(
            attestedSlot > finalizedHeader.beacon.slot || hasNextSyncCommittee,
            function,
            "attested slot",
            expected: "above \(finalizedHeader.beacon.slot), or the next sync committee",
            got: "\(attestedSlot)"
        )
    }

    /// That the attested state's finalized checkpoint is the finalized header; that of genesis is a zero root.
    private func validateFinality(_ update: LightClientUpdate) throws(LightClientError) {
        let function = "validate_light_client_update"
        let isGenesis = update.finalizedHeader.beacon.slot == Constants.genesisSlot
        if !update.isFinalityUpdate || isGenesis {
            try require(
                update.finalizedHeader == spec.emptyLightClientHeader(fork),
                function,
                "finalized_header",
                expected: "none",
                got: "one of slot \(update.finalizedHeader.beacon.slot)"
            )
        }
        guard update.isFinalityUpdate else { return }
        var root = Root()
        if !isGenesis {
            try require(
                spec.isValidLightClientHeader(update.finalizedHeader, in: fork),
                function,
                "finalized_header",
                expected: "a proof of its execution payload",
                got: "none"
            )
            root = update.finalizedHeader.beacon.hashTreeRoot(in: .invariant)
        }
        try require(
            isValidNormalizedMerkleBranch(
                leaf: root,
                branch: update.finalityBranch,
                index: spec.finalizedRootGindexAtSlot(update.attestedHeader.beacon.slot),
                root: update.attestedHeader.beacon.stateRoot
            ),
            function,
            "finality_branch",
            expected: "a proof of \(root)",
            got: "none"
        )
    }

    /// That the next sync committee is the attested state's, and the known one where the store has it.
    private func validateNextSyncCommittee(_ update: LightClientUpdate) throws(LightClientError) {
        let function = "validate_light_client_update"
        guard update.isSyncCommitteeUpdate else {
            return try require(
                update.nextSyncCommittee == spec.emptySyncCommittee(),
                function,
                "next_sync_committee",
                expected: "none without a branch",
                got: "one"
            )
        }
        let attestedSlot = update.attestedHeader.beacon.slot
        let storePeriod = spec.computeSyncCommitteePeriodAtSlot(finalizedHeader.beacon.slot)
        if spec.computeSyncCommitteePeriodAtSlot(attestedSlot) == storePeriod && isNextSyncCommitteeKnown {
            try require(
                update.nextSyncCommittee == nextSyncCommittee,
                function,
                "next_sync_committee",
                expected: "the known one",
                got: "another"
            )
        }
        try require(
            isValidNormalizedMerkleBranch(
                leaf: update.nextSyncCommittee.hashTreeRoot(in: spec.context(fork)),
                branch: update.nextSyncCommitteeBranch,
                index: spec.nextSyncCommitteeGindexAtSlot(attestedSlot),
                root: update.attestedHeader.beacon.stateRoot
            ),
            function,
            "next_sync_committee_branch",
            expected: "a proof",
            got: "none"
        )
    }

    /// That the committee of the signature's period signed the attested header.
    private func validateSignature(
        _ update: LightClientUpdate,
        _ genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        let function = "validate_light_client_update"
        let storePeriod = spec.computeSyncCommitteePeriodAtSlot(finalizedHeader.beacon.slot)
        let isCurrent = spec.computeSyncCommitteePeriodAtSlot(update.signatureSlot) == storePeriod
        let committee = isCurrent ? currentSyncCommittee : nextSyncCommittee
        let bits = update.syncAggregate.syncCommitteeBits
        try requireEqual(bits.count, committee.pubkeys.count, function, "sync_committee_bits length")
        var signers: [BLSPubkey] = []
        for (position, pubkey) in committee.pubkeys.enumerated() where bits[position] { signers.append(pubkey) }
        // The slot before: a signature over a fork's last block counts for that fork.
        let version = spec.computeForkVersion(spec.epoch(at: update.signatureSlot > 0 ? update.signatureSlot - 1 : 0))
        let domain = spec.computeDomain(
            .syncCommittee,
            forkVersion: version,
            genesisValidatorsRoot: genesisValidatorsRoot
        )
        let claim = SignatureClaim(
            function: function,
            pubkeys: signers,
            message: computeSigningRoot(update.attestedHeader.beacon.hashTreeRoot(in: .invariant), domain),
            signature: update.syncAggregate.syncCommitteeSignature
        )
        do throws(TransitionError) {
            try claim.verify(caches: caches)
        } catch {
            throw LightClientError(function, error.subject, expected: error.expected, got: error.got)
        }
    }
}
