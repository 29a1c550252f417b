/// A preset: the sizes and rates that are fixed when a network is designed.
///
/// Each value is declared once, here, with the name it has in preset files; `\Preset` paths name sizes in field
/// declarations. The stored defaults are mainnet's.
public struct Preset: Hashable, Sendable {
    public var name = "mainnet"

    // phase0
    public var maxCommitteesPerSlot: UInt64 = 64
    public var targetCommitteeSize: UInt64 = 128
    public var maxValidatorsPerCommittee: UInt64 = 2048
    public var shuffleRoundCount: UInt64 = 90
    public var hysteresisQuotient: UInt64 = 4
    public var hysteresisDownwardMultiplier: UInt64 = 1
    public var hysteresisUpwardMultiplier: UInt64 = 5
    public var minDepositAmount: UInt64 = 1_000_000_000
    public var maxEffectiveBalance: UInt64 = 32_000_000_000
    public var effectiveBalanceIncrement: UInt64 = 1_000_000_000
    public var minAttestationInclusionDelay: UInt64 = 1
    public var slotsPerEpoch: UInt64 = 32
    public var minSeedLookahead: UInt64 = 1
    public var maxSeedLookahead: UInt64 = 4
    public var epochsPerEth1VotingPeriod: UInt64 = 64
    public var slotsPerHistoricalRoot: UInt64 = 8192
    public var minEpochsToInactivityPenalty: UInt64 = 4
    public var epochsPerHistoricalVector: UInt64 = 65536
    public var epochsPerSlashingsVector: UInt64 = 8192
    public var historicalRootsLimit: UInt64 = 16_777_216
    public var validatorRegistryLimit: UInt64 = 1_099_511_627_776
    public var baseRewardFactor: UInt64 = 64
    public var whistleblowerRewardQuotient: UInt64 = 512
    public var proposerRewardQuotient: UInt64 = 8
    public var inactivityPenaltyQuotient: UInt64 = 67_108_864
    public var minSlashingPenaltyQuotient: UInt64 = 128
    public var proportionalSlashingMultiplier: UInt64 = 1
    public var maxProposerSlashings: UInt64 = 16
    public var maxAttesterSlashings: UInt64 = 2
    public var maxAttestations: UInt64 = 128
    public var maxDeposits: UInt64 = 16
    public var maxVoluntaryExits: UInt64 = 16

    // altair
    public var inactivityPenaltyQuotientAltair: UInt64 = 50_331_648
    public var minSlashingPenaltyQuotientAltair: UInt64 = 64
    public var proportionalSlashingMultiplierAltair: UInt64 = 2
    public var syncCommitteeSize: UInt64 = 512
    public var epochsPerSyncCommitteePeriod: UInt64 = 256
    public var minSyncCommitteeParticipants: UInt64 = 1
    public var updateTimeout: UInt64 = 8192

    // bellatrix
    public var inactivityPenaltyQuotientBellatrix: UInt64 = 16_777_216
    public var minSlashingPenaltyQuotientBellatrix: UInt64 = 32
    public var proportionalSlashingMultiplierBellatrix: UInt64 = 3
    public var maxBytesPerTransaction: UInt64 = 1_073_741_824
    public var maxTransactionsPerPayload: UInt64 = 1_048_576
    public var bytesPerLogsBloom: UInt64 = 256
    public var maxExtraDataBytes: UInt64 = 32

    // capella
    public var maxBlsToExecutionChanges: UInt64 = 16
    public var maxWithdrawalsPerPayload: UInt64 = 16
    public var maxValidatorsPerWithdrawalsSweep: UInt64 = 16384

    // deneb
    public var maxBlobCommitmentsPerBlock: UInt64 = 4096
    public var kzgCommitmentInclusionProofDepth: UInt64 = 17
    public var fieldElementsPerBlob: UInt64 = 4096

    // electra
    public var minActivationBalance: UInt64 = 32_000_000_000
    public var maxEffectiveBalanceElectra: UInt64 = 2_048_000_000_000
    public var minSlashingPenaltyQuotientElectra: UInt64 = 4096
    public var whistleblowerRewardQuotientElectra: UInt64 = 4096
    public var pendingDepositsLimit: UInt64 = 134_217_728
    public var pendingPartialWithdrawalsLimit: UInt64 = 134_217_728
    public var pendingConsolidationsLimit: UInt64 = 262_144
    public var maxAttesterSlashingsElectra: UInt64 = 1
    public var maxAttestationsElectra: UInt64 = 8
    public var maxDepositRequestsPerPayload: UInt64 = 8192
    public var maxWithdrawalRequestsPerPayload: UInt64 = 16
    public var maxConsolidationRequestsPerPayload: UInt64 = 2
    public var maxPendingPartialsPerWithdrawalsSweep: UInt64 = 8
    public var maxPendingDepositsPerEpoch: UInt64 = 16

    // fulu
    public var kzgCommitmentsInclusionProofDepth: UInt64 = 4
    public var fieldElementsPerCell: UInt64 = 64
    public var fieldElementsPerExtBlob: UInt64 = 8192
    public var cellsPerExtBlob: UInt64 = 128
    public var numberOfColumns: UInt64 = 128

    // gloas
    public var ptcSize: UInt64 = 512
    public var maxPayloadAttestations: UInt64 = 4
    public var maxBuilderDepositRequestsPerPayload: UInt64 = 64
    public var maxBuilderExitRequestsPerPayload: UInt64 = 16
    public var maxBuildersPerWithdrawalsSweep: UInt64 = 16384
    public var maxSignedAggregateAndProofSize: UInt64 = 16829
    public var maxAttesterSlashingSize: UInt64 = 2_097_616
    public var maxSignedExecutionPayloadBidSize: UInt64 = 196_932

    // heze
    public var inclusionListCommitteeSize: UInt64 = 16
    public var maxSignedExecutionPayloadBidSizeHeze: UInt64 = 196_934
    public var maxSignedInclusionListSize: UInt64 = 41112

    public init() {}

    public static let mainnet = Preset()

    public static let minimal: Preset = {
        var preset = Preset()
        preset.name = "minimal"
        preset.maxCommitteesPerSlot = 4
        preset.targetCommitteeSize = 4
        preset.shuffleRoundCount = 10
        preset.slotsPerEpoch = 8
        preset.epochsPerEth1VotingPeriod = 4
        preset.slotsPerHistoricalRoot = 64
        preset.epochsPerHistoricalVector = 64
        preset.epochsPerSlashingsVector = 64
        preset.inactivityPenaltyQuotient = 33_554_432
        preset.minSlashingPenaltyQuotient = 64
        preset.proportionalSlashingMultiplier = 2
        preset.syncCommitteeSize = 32
        preset.epochsPerSyncCommitteePeriod = 8
        preset.updateTimeout = 64
        preset.maxWithdrawalsPerPayload = 4
        preset.maxValidatorsPerWithdrawalsSweep = 16
        preset.pendingPartialWithdrawalsLimit = 64
        preset.pendingConsolidationsLimit = 64
        preset.maxPendingPartialsPerWithdrawalsSweep = 2
        preset.ptcSize = 16
        preset.maxBuildersPerWithdrawalsSweep = 16
        preset.maxSignedAggregateAndProofSize = 1462
        preset.maxAttesterSlashingSize = 131_536
        return preset
    }()
}
