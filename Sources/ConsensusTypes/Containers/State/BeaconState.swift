public import Hashing
public import SSZ

/// Spec: `BeaconState` (since phase0).
///
/// One type for all forks: it has the fields of every fork, and `forkName` says which of them are in use.
public struct BeaconState: SSZContainer, Equatable {
    /// The fork whose fields are in use; set by decoding and by upgrades, not part of the encoding.
    public var forkName: ForkName = .phase0

    public var genesisTime: UInt64 = 0
    public var genesisValidatorsRoot: Root = Root()
    public var slot: Slot = 0
    public var fork: Fork = Fork()
    public var latestBlockHeader: BeaconBlockHeader = BeaconBlockHeader()
    public var blockRoots: PersistentList<Root> = PersistentList<Root>()
    public var stateRoots: PersistentList<Root> = PersistentList<Root>()
    public var historicalRoots: PersistentList<Root> = PersistentList<Root>()
    public var eth1Data: Eth1Data = Eth1Data()
    public var eth1DataVotes: PersistentList<Eth1Data> = PersistentList<Eth1Data>()
    public var eth1DepositIndex: UInt64 = 0
    public var validators: PersistentList<Validator> = PersistentList<Validator>()
    public var balances: PersistentList<Gwei> = PersistentList<Gwei>()
    public var randaoMixes: PersistentList<Bytes32> = PersistentList<Bytes32>()
    public var slashings: PersistentList<Gwei> = PersistentList<Gwei>()
    public var previousEpochAttestations: [PendingAttestation] = []
    public var currentEpochAttestations: [PendingAttestation] = []
    public var previousEpochParticipation: PersistentList<ParticipationFlags> = PersistentList<ParticipationFlags>()
    public var currentEpochParticipation: PersistentList<ParticipationFlags> = PersistentList<ParticipationFlags>()
    public var justificationBits: Bitvector = Bitvector()
    public var previousJustifiedCheckpoint: Checkpoint = Checkpoint()
    public var currentJustifiedCheckpoint: Checkpoint = Checkpoint()
    public var finalizedCheckpoint: Checkpoint = Checkpoint()
    public var inactivityScores: PersistentList<UInt64> = PersistentList<UInt64>()
    public var currentSyncCommittee: SyncCommittee = SyncCommittee()
    public var nextSyncCommittee: SyncCommittee = SyncCommittee()
    public var latestExecutionPayloadHeader: ExecutionPayloadHeader = ExecutionPayloadHeader()
    public var latestBlockHash: Hash32 = Hash32()
    public var nextWithdrawalIndex: WithdrawalIndex = 0
    public var nextWithdrawalValidatorIndex: ValidatorIndex = 0
    public var historicalSummaries: PersistentList<HistoricalSummary> = PersistentList<HistoricalSummary>()
    public var depositRequestsStartIndex: UInt64 = 0
    public var depositBalanceToConsume: Gwei = 0
    public var exitBalanceToConsume: Gwei = 0
    public var earliestExitEpoch: Epoch = 0
    public var consolidationBalanceToConsume: Gwei = 0
    public var earliestConsolidationEpoch: Epoch = 0
    public var pendingDeposits: PersistentList<PendingDeposit> = PersistentList<PendingDeposit>()
    public var pendingPartialWithdrawals: PersistentList<PendingPartialWithdrawal> = PersistentList<
        PendingPartialWithdrawal
    >()
    public var pendingConsolidations: PersistentList<PendingConsolidation> = PersistentList<PendingConsolidation>()
    public var proposerLookahead: [ValidatorIndex] = []
    public var builders: PersistentList<Builder> = PersistentList<Builder>()
    public var nextWithdrawalBuilderIndex: BuilderIndex = 0
    public var executionPayloadAvailability: Bitvector = Bitvector()
    public var builderPendingPayments: [BuilderPendingPayment] = []
    public var builderPendingWithdrawals: PersistentList<BuilderPendingWithdrawal> = PersistentList<
        BuilderPendingWithdrawal
    >()
    public var latestExecutionPayloadBid: ExecutionPayloadBid = ExecutionPayloadBid()
    public var payloadExpectedWithdrawals: [Withdrawal] = []
    public var ptcWindow: [[ValidatorIndex]] = []

    public init() {}

    public mutating func didDecode(in context: ShapeContext) {
        forkName = ForkName(rawValue: context.version) ?? .phase0
    }

    public static let fields: [Field<BeaconState>] = [
        .init("genesis_time", \.genesisTime),
        .init("genesis_validators_root", \.genesisValidatorsRoot),
        .init("slot", \.slot),
        .init("fork", \.fork),
        .init("latest_block_header", \.latestBlockHeader),
        .init("block_roots", \.blockRoots, .vector(.preset(\.slotsPerHistoricalRoot))),
        .init("state_roots", \.stateRoots, .vector(.preset(\.slotsPerHistoricalRoot))),
        .init("historical_roots", \.historicalRoots, .list(.preset(\.historicalRootsLimit))),
        .init("eth1_data", \.eth1Data, until: .heze),
        .init(
            "eth1_data_votes",
            \.eth1DataVotes,
            .list(.product(.preset(\.epochsPerEth1VotingPeriod), .preset(\.slotsPerEpoch))),
            until: .heze
        ),
        .init("eth1_deposit_index", \.eth1DepositIndex, until: .heze),
        .init("validators", \.validators, .list(.preset(\.validatorRegistryLimit)).from(.gloas, .progressive())),
        .init("balances", \.balances, .list(.preset(\.validatorRegistryLimit)).from(.gloas, .progressive())),
        .init("randao_mixes", \.randaoMixes, .vector(.preset(\.epochsPerHistoricalVector))),
        .init("slashings", \.slashings, .vector(.preset(\.epochsPerSlashingsVector))),
        .init(
            "previous_epoch_attestations",
            \.previousEpochAttestations,
            .list(.product(.preset(\.maxAttestations), .preset(\.slotsPerEpoch))),
            until: .altair
        ),
        .init(
            "current_epoch_attestations",
            \.currentEpochAttestations,
            .list(.product(.preset(\.maxAttestations), .preset(\.slotsPerEpoch))),
            until: .altair
        ),
        .init(
            "previous_epoch_participation",
            \.previousEpochParticipation,
            .list(.preset(\.validatorRegistryLimit)).from(.gloas, .progressive()),
            since: .altair
        ),
        .init(
            "current_epoch_participation",
            \.currentEpochParticipation,
            .list(.preset(\.validatorRegistryLimit)).from(.gloas, .progressive()),
            since: .altair
        ),
        .init("justification_bits", \.justificationBits, .vector(4)),
        .init("previous_justified_checkpoint", \.previousJustifiedCheckpoint),
        .init("current_justified_checkpoint", \.currentJustifiedCheckpoint),
        .init("finalized_checkpoint", \.finalizedCheckpoint),
        .init(
            "inactivity_scores",
            \.inactivityScores,
            .list(.preset(\.validatorRegistryLimit)).from(.gloas, .progressive()),
            since: .altair
        ),
        .init("current_sync_committee", \.currentSyncCommittee, since: .altair),
        .init("next_sync_committee", \.nextSyncCommittee, since: .altair),
        .init("latest_execution_payload_header", \.latestExecutionPayloadHeader, since: .bellatrix, until: .gloas),
        .init("latest_block_hash", \.latestBlockHash, since: .gloas),
        .init("next_withdrawal_index", \.nextWithdrawalIndex, since: .capella),
        .init("next_withdrawal_validator_index", \.nextWithdrawalValidatorIndex, since: .capella),
        .init("historical_summaries", \.historicalSummaries, .list(.preset(\.historicalRootsLimit)), since: .capella),
        .init("deposit_requests_start_index", \.depositRequestsStartIndex, since: .electra, until: .heze),
        .init("deposit_balance_to_consume", \.depositBalanceToConsume, since: .electra),
        .init("exit_balance_to_consume", \.exitBalanceToConsume, since: .electra),
        .init("earliest_exit_epoch", \.earliestExitEpoch, since: .electra),
        .init("consolidation_balance_to_consume", \.consolidationBalanceToConsume, since: .electra),
        .init("earliest_consolidation_epoch", \.earliestConsolidationEpoch, since: .electra),
        .init(
            "pending_deposits",
            \.pendingDeposits,
            .list(.preset(\.pendingDepositsLimit)).from(.gloas, .progressive()),
            since: .electra
        ),
        .init(
            "pending_partial_withdrawals",
            \.pendingPartialWithdrawals,
            .list(.preset(\.pendingPartialWithdrawalsLimit)).from(.gloas, .progressive()),
            since: .electra
        ),
        .init(
            "pending_consolidations",
            \.pendingConsolidations,
            .list(.preset(\.pendingConsolidationsLimit)).from(.gloas, .progressive()),
            since: .electra
        ),
        .init("proposer_lookahead", \.proposerLookahead, .vector(.product(2, .preset(\.slotsPerEpoch))), since: .fulu),
        .init("builders", \.builders, .progressive(), since: .gloas),
        .init("next_withdrawal_builder_index", \.nextWithdrawalBuilderIndex, since: .gloas),
        .init(
            "execution_payload_availability",
            \.executionPayloadAvailability,
            .vector(.preset(\.slotsPerHistoricalRoot)),
            since: .gloas
        ),
        .init(
            "builder_pending_payments",
            \.builderPendingPayments,
            .vector(.product(2, .preset(\.slotsPerEpoch))),
            since: .gloas
        ),
        .init("builder_pending_withdrawals", \.builderPendingWithdrawals, .progressive(), since: .gloas),
        .init("latest_execution_payload_bid", \.latestExecutionPayloadBid, since: .gloas),
        .init("payload_expected_withdrawals", \.payloadExpectedWithdrawals, .progressive(), since: .gloas),
        .init(
            "ptc_window",
            \.ptcWindow,
            .vector(.product(3, .preset(\.slotsPerEpoch)), of: .vector(.preset(\.ptcSize))),
            since: .gloas
        ),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.heze.rawValue { return .init(width: 46, gaps: [8, 9, 10, 28]) }
        if version >= ForkName.gloas.rawValue { return .init(width: 46) }
        return nil
    }
}
