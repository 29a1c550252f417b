import ConsensusTypes
import SSZ
import StateTransition

extension VectorRunner {
    /// `epoch_processing`: one step of the epoch transition, and where the case has them the whole of it around.
    static let epochProcessing = VectorRunner("epoch_processing") { vector, files in
        guard let step = epochSteps[vector.handler] else { return .unknownHandler(vector) }
        let policy = try files.blsSetting().policy
        let spec = try files.spec(of: vector)
        let context = spec.context(vector.fork)
        func judge(_ pre: String, _ post: String, _ run: (inout Transition) throws -> Void) throws -> Verdict {
            let state = try BeaconState.decode(try files.ssz(pre), in: context)
            let transition = Transition(state: state, spec: spec, signatures: policy)
            return try judgeTransition(post: try files.sszIfPresent(post), transition, run)
        }
        let verdict = try judge("pre", "post", step)
        guard verdict == .passed, files.has("pre_epoch.ssz_snappy") else { return verdict }
        return try judge("pre_epoch", "post_epoch") { try $0.processEpoch() }
    }

    private static let epochSteps: [String: @Sendable (inout Transition) throws -> Void] = [
        "justification_and_finalization": { try $0.processJustificationAndFinalization() },
        "inactivity_updates": { try $0.processInactivityUpdates() },
        "rewards_and_penalties": { try $0.processRewardsAndPenalties() },
        "registry_updates": { try $0.processRegistryUpdates() },
        "slashings": { try $0.processSlashings() },
        "eth1_data_reset": { try $0.processEth1DataReset() },
        "pending_deposits": { try $0.processPendingDeposits() },
        "pending_consolidations": { try $0.processPendingConsolidations() },
        "effective_balance_updates": { try $0.processEffectiveBalanceUpdates() },
        "slashings_reset": { try $0.processSlashingsReset() },
        "randao_mixes_reset": { try $0.processRandaoMixesReset() },
        "historical_roots_update": { try $0.processHistoricalRootsUpdate() },
        "historical_summaries_update": { try $0.processHistoricalSummariesUpdate() },
        "participation_record_updates": { $0.processParticipationRecordUpdates() },
        "participation_flag_updates": { $0.processParticipationFlagUpdates() },
        "sync_committee_updates": { try $0.processSyncCommitteeUpdates() },
        "proposer_lookahead": { try $0.processProposerLookahead() },
        "builder_pending_payments": { try $0.processBuilderPendingPayments() },
        "pending_deposits_churn": { try $0.processPendingDeposits() },
        "ptc_window": { try $0.processPtcWindow() },
    ]
}
