public import ConsensusTypes

extension Transition {
    /// Spec: `process_operations`; `parentSlot` is the slot of the parent block, which gloas asks for.
    public mutating func processOperations(
        _ body: BeaconBlockBody,
        parentSlot: Slot
    ) throws(TransitionError) {
        let function = "process_operations"
        try requireEqual(UInt64(body.deposits.count), expectedDeposits(function), function, "deposits count")
        if fork >= .gloas { try requireOperationLimits(body, function) }
        for slashing in body.proposerSlashings { try processProposerSlashing(slashing) }
        for slashing in body.attesterSlashings { try processAttesterSlashing(slashing) }
        try processAttestations(body.attestations, parentSlot: parentSlot)
        for deposit in body.deposits { try processDeposit(deposit) }
        for exit in body.voluntaryExits { try processVoluntaryExit(exit) }
        if fork >= .capella {
            for change in body.blsToExecutionChanges { try processBLSToExecutionChange(change) }
        }
        if fork >= .gloas {
            // Requests wait for the child that shows that the payload was revealed.
            for attestation in body.payloadAttestations { try processPayloadAttestation(attestation) }
        } else if fork >= .electra {
            for request in body.executionRequests.deposits { try processDepositRequest(request) }
            for request in body.executionRequests.withdrawals { try processWithdrawalRequest(request) }
            for request in body.executionRequests.consolidations { try processConsolidationRequest(request) }
        }
    }

    /// The limits that the types of the lists said before gloas made them progressive.
    private func requireOperationLimits(_ body: BeaconBlockBody, _ function: String) throws(TransitionError) {
        for (name, count, limit) in [
            ("proposer_slashings", body.proposerSlashings.count, preset.maxProposerSlashings),
            ("attester_slashings", body.attesterSlashings.count, preset.maxAttesterSlashingsElectra),
            ("attestations", body.attestations.count, preset.maxAttestationsElectra),
            ("voluntary_exits", body.voluntaryExits.count, preset.maxVoluntaryExits),
            ("bls_to_execution_changes", body.blsToExecutionChanges.count, preset.maxBlsToExecutionChanges),
            ("payload_attestations", body.payloadAttestations.count, preset.maxPayloadAttestations),
        ] {
            try requireAtMost(limit, count, function, "\(name) count")
        }
    }

    /// How many deposits the block must bring: those the chain knows of and has not taken, as many as fit.
    ///
    /// Electra stops where deposit requests began; fulu knows requests only.
    private func expectedDeposits(_ function: String) throws(TransitionError) -> UInt64 {
        if fork >= .fulu { return 0 }
        var end = state.eth1Data.depositCount
        if fork >= .electra {
            end = min(end, state.depositRequestsStartIndex)
            if state.eth1DepositIndex >= end { return 0 }
        }
        return min(preset.maxDeposits, try end.minus(state.eth1DepositIndex, function))
    }
}
