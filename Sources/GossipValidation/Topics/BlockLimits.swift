internal import ConsensusTypes

/// Numbers that the types of gloas no longer limit.
extension GossipJudge {
    /// Spec: `verify_block_body_operation_limits` (gloas), and the requests of the parent's payload.
    func requireLimits(of body: BeaconBlockBody) throws(GossipRefusal) {
        try requireLimits([
            (body.proposerSlashings.count, preset.maxProposerSlashings, .tooManyProposerSlashings),
            (body.attesterSlashings.count, preset.maxAttesterSlashingsElectra, .tooManyAttesterSlashings),
            (body.attestations.count, preset.maxAttestationsElectra, .tooManyAttestations),
            (body.deposits.count, 0, .blockMustNotContainDeposits),
            (body.voluntaryExits.count, preset.maxVoluntaryExits, .tooManyVoluntaryExits),
            (body.blsToExecutionChanges.count, preset.maxBlsToExecutionChanges, .tooManyBlsToExecutionChanges),
            (body.payloadAttestations.count, preset.maxPayloadAttestations, .tooManyPayloadAttestations),
        ])
        try requireLimits(of: body.parentExecutionRequests)
    }

    /// Spec: `verify_execution_requests_limits` (gloas).
    func requireLimits(of requests: ExecutionRequests) throws(GossipRefusal) {
        try requireLimits([
            (requests.withdrawals.count, preset.maxWithdrawalRequestsPerPayload, .tooManyWithdrawalRequests),
            (requests.consolidations.count, preset.maxConsolidationRequestsPerPayload, .tooManyConsolidationRequests),
            (
                requests.builderDeposits.count, preset.maxBuilderDepositRequestsPerPayload,
                .tooManyBuilderDepositRequests
            ),
            (requests.builderExits.count, preset.maxBuilderExitRequestsPerPayload, .tooManyBuilderExitRequests),
        ])
    }

    private func requireLimits(
        _ counts: [(count: Int, limit: UInt64, rule: GossipRule)]
    ) throws(GossipRefusal) {
        for (count, limit, rule) in counts { try require(UInt64(count) <= limit, orReject: rule) }
    }
}
