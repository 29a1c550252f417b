internal import ConsensusTypes
internal import SSZ

extension SharedMemory {
    /// Counts a state with all it holds on the heap.
    ///
    /// A field that is added to the state and holds memory belongs here, too; `StateMemoryTests` finds what is missing.
    mutating func account(_ state: BeaconState, _ change: Change) {
        account(bytes: MemoryLayout<BeaconState>.size + 16, change)
        account(state.blockRoots, change)
        account(state.stateRoots, change)
        account(state.historicalRoots, change)
        account(state.eth1DataVotes, change)
        account(state.validators, change)
        account(state.balances, change)
        account(state.randaoMixes, change)
        account(state.slashings, change)
        for attestations in [state.previousEpochAttestations, state.currentEpochAttestations] {
            account(attestations, change) { $0.account($1.aggregationBits, change) }
        }
        account(state.previousEpochParticipation, change)
        account(state.currentEpochParticipation, change)
        account(state.justificationBits, change)
        account(state.inactivityScores, change)
        account(state.currentSyncCommittee.pubkeys, change)
        account(state.nextSyncCommittee.pubkeys, change)
        account(state.latestExecutionPayloadHeader.logsBloom, change)
        account(state.latestExecutionPayloadHeader.extraData, change)
        account(state.historicalSummaries, change)
        account(state.pendingDeposits, change)
        account(state.pendingPartialWithdrawals, change)
        account(state.pendingConsolidations, change)
        account(state.proposerLookahead, change)
        account(state.builders, change)
        account(state.executionPayloadAvailability, change)
        account(state.builderPendingPayments, change)
        account(state.builderPendingWithdrawals, change)
        account(state.latestExecutionPayloadBid.blobKzgCommitments, change)
        account(state.payloadExpectedWithdrawals, change)
        account(state.ptcWindow, change) { $0.account($1, change) }
    }
}
