internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_epoch`.
    public mutating func processEpoch() throws(TransitionError) {
        try requireVectorLengths("process_epoch")
        var summary = try summarizeRegistry()
        totalActiveBalance = (currentEpoch, try totalBalance(summary.activeBalance, "get_total_active_balance"))
        // The genesis epoch rewards and justifies nothing, and nobody asks who voted.
        if currentEpoch > Constants.genesisEpoch { try summarizeParticipation(&summary) }

        try processJustificationAndFinalization(summary)
        if fork >= .altair { try processInactivityUpdates(summary) }
        try processRewardsAndPenalties(summary)
        try processRegistryUpdates(summary)
        try processSlashings(summary)
        if fork < .heze { try processEth1DataReset() }
        if fork >= .electra {
            try processPendingDeposits()
            try processPendingConsolidations()
        }
        if fork >= .gloas { try processBuilderPendingPayments() }
        try processEffectiveBalanceUpdates(&summary)
        try processSlashingsReset()
        try processRandaoMixesReset()
        if fork >= .capella {
            try processHistoricalSummariesUpdate()
        } else {
            try processHistoricalRootsUpdate()
        }
        if fork >= .altair {
            processParticipationFlagUpdates()
            try processSyncCommitteeUpdates()
        } else {
            processParticipationRecordUpdates()
        }
        if fork >= .fulu {
            let slashed: RegistrySummary.Marks = fork >= .gloas ? .slashed : []
            try processProposerLookahead(summary.indices(.activeLookahead, except: slashed))
        }
        if fork >= .gloas { try processPtcWindow(effectiveBalances: summary.effectiveBalances) }
    }

    /// Throws unless the vectors of the state have the length of their type.
    ///
    /// Decoding sees to that; a state made by hand may have them wrong, and the steps index them without asking.
    func requireVectorLengths(_ function: String) throws(TransitionError) {
        func check(_ name: String, _ count: Int, _ length: UInt64) throws(TransitionError) {
            try requireEqual(UInt64(count), length, function, "\(name) length")
        }
        try check("block_roots", state.blockRoots.count, preset.slotsPerHistoricalRoot)
        try check("state_roots", state.stateRoots.count, preset.slotsPerHistoricalRoot)
        try check("randao_mixes", state.randaoMixes.count, preset.epochsPerHistoricalVector)
        try check("slashings", state.slashings.count, preset.epochsPerSlashingsVector)
        if fork >= .fulu {
            let lookahead = (preset.minSeedLookahead + 1) * preset.slotsPerEpoch
            try check("proposer_lookahead", state.proposerLookahead.count, lookahead)
        }
        if fork >= .gloas {
            let available = state.executionPayloadAvailability.count
            try check("execution_payload_availability", available, preset.slotsPerHistoricalRoot)
            try check("builder_pending_payments", state.builderPendingPayments.count, 2 * preset.slotsPerEpoch)
            try check("ptc_window", state.ptcWindow.count, (2 + preset.minSeedLookahead) * preset.slotsPerEpoch)
        }
    }
}
