public import ConsensusTypes

extension Transition {
    /// Spec: `process_operations`.
    public mutating func processOperations(_ body: BeaconBlockBody) throws(TransitionError) {
        let function = "process_operations"
        try requireEqual(UInt64(body.deposits.count), expectedDeposits(function), function, "deposits count")
        for slashing in body.proposerSlashings { try processProposerSlashing(slashing) }
        for slashing in body.attesterSlashings { try processAttesterSlashing(slashing) }
        for attestation in body.attestations { try processAttestation(attestation) }
        for deposit in body.deposits { try processDeposit(deposit) }
        for exit in body.voluntaryExits { try processVoluntaryExit(exit) }
        if fork >= .capella {
            for change in body.blsToExecutionChanges { try processBLSToExecutionChange(change) }
        }
        if fork >= .electra {
            for request in body.executionRequests.deposits { try processDepositRequest(request) }
            for request in body.executionRequests.withdrawals { try processWithdrawalRequest(request) }
            for request in body.executionRequests.consolidations { try processConsolidationRequest(request) }
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
