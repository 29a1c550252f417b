public import Hashing

/// A network's configuration: what may differ between networks of one preset.
///
/// Each value is declared once, here; `Config+Entries.swift` gives the names in `config.yaml`. The stored defaults
/// are mainnet's.
public struct Config: Hashable, Sendable {
    public var presetBase: String = "mainnet"
    public var configName: String = "mainnet"
    public var terminalTotalDifficulty: String = "58750000000000000000000"
    public var terminalBlockHash: Bytes32 = Bytes32()
    public var terminalBlockHashActivationEpoch: UInt64 = farFutureEpoch
    public var minGenesisActiveValidatorCount: UInt64 = 16384
    public var minGenesisTime: UInt64 = 1_606_824_000
    public var genesisForkVersion: Version = Version(0x00000000)
    public var genesisDelay: UInt64 = 604_800
    public var altairForkVersion: Version = Version(0x01000000)
    public var altairForkEpoch: UInt64 = 74240
    public var bellatrixForkVersion: Version = Version(0x02000000)
    public var bellatrixForkEpoch: UInt64 = 144_896
    public var capellaForkVersion: Version = Version(0x03000000)
    public var capellaForkEpoch: UInt64 = 194_048
    public var denebForkVersion: Version = Version(0x04000000)
    public var denebForkEpoch: UInt64 = 269_568
    public var electraForkVersion: Version = Version(0x05000000)
    public var electraForkEpoch: UInt64 = 364_032
    public var fuluForkVersion: Version = Version(0x06000000)
    public var fuluForkEpoch: UInt64 = 411_392
    public var gloasForkVersion: Version = Version(0x07000000)
    public var gloasForkEpoch: UInt64 = farFutureEpoch
    public var hezeForkVersion: Version = Version(0x08000000)
    public var hezeForkEpoch: UInt64 = farFutureEpoch
    public var slotDurationMs: UInt64 = 12000
    public var secondsPerEth1Block: UInt64 = 14
    public var minValidatorWithdrawabilityDelay: UInt64 = 256
    public var shardCommitteePeriod: UInt64 = 256
    public var eth1FollowDistance: UInt64 = 2048
    public var proposerReorgCutoffBps: UInt64 = 1667
    public var attestationDueBps: UInt64 = 3333
    public var aggregateDueBps: UInt64 = 6667
    public var syncMessageDueBps: UInt64 = 3333
    public var contributionDueBps: UInt64 = 6667
    public var minBuilderWithdrawabilityDelay: UInt64 = 64
    public var attestationDueBpsGloas: UInt64 = 2500
    public var aggregateDueBpsGloas: UInt64 = 5000
    public var syncMessageDueBpsGloas: UInt64 = 2500
    public var contributionDueBpsGloas: UInt64 = 5000
    public var payloadDueBps: UInt64 = 5000
    public var payloadAttestationDueBps: UInt64 = 7500
    public var inclusionListDueBps: UInt64 = 6667
    public var inactivityScoreBias: UInt64 = 4
    public var inactivityScoreRecoveryRate: UInt64 = 16
    public var ejectionBalance: UInt64 = 16_000_000_000
    public var minPerEpochChurnLimit: UInt64 = 4
    public var churnLimitQuotient: UInt64 = 65536
    public var maxPerEpochActivationChurnLimit: UInt64 = 8
    public var minPerEpochChurnLimitElectra: UInt64 = 128_000_000_000
    public var maxPerEpochActivationExitChurnLimit: UInt64 = 256_000_000_000
    public var churnLimitQuotientGloas: UInt64 = 32768
    public var consolidationChurnLimitQuotient: UInt64 = 65536
    public var maxPerEpochActivationChurnLimitGloas: UInt64 = 256_000_000_000
    public var proposerScoreBoost: UInt64 = 40
    public var reorgHeadWeightThreshold: UInt64 = 20
    public var reorgParentWeightThreshold: UInt64 = 160
    public var reorgMaxEpochsSinceFinalization: UInt64 = 2
    public var depositChainId: UInt64 = 1
    public var depositNetworkId: UInt64 = 1
    public var depositContractAddress: Bytes20 = Bytes20(literal: "00000000219ab540356cBB839Cbe05303d7705Fa")
    public var maxPayloadSize: UInt64 = 10_485_760
    public var maxRequestBlocks: UInt64 = 1024
    public var epochsPerSubnetSubscription: UInt64 = 256
    public var attestationPropagationSlotRange: UInt64 = 32
    public var maximumGossipClockDisparity: UInt64 = 500
    public var messageDomainInvalidSnappy: Version = Version(0x00000000)
    public var messageDomainValidSnappy: Version = Version(0x01000000)
    public var subnetsPerNode: UInt64 = 2
    public var attestationSubnetCount: UInt64 = 64
    public var attestationSubnetExtraBits: UInt64 = 0
    public var maxRequestBlocksDeneb: UInt64 = 128
    public var minEpochsForBlobSidecarsRequests: UInt64 = 4096
    public var blobSidecarSubnetCount: UInt64 = 6
    public var maxBlobsPerBlock: UInt64 = 6
    public var blobSidecarSubnetCountElectra: UInt64 = 9
    public var maxBlobsPerBlockElectra: UInt64 = 9
    public var numberOfCustodyGroups: UInt64 = 128
    public var dataColumnSidecarSubnetCount: UInt64 = 128
    public var samplesPerSlot: UInt64 = 8
    public var custodyRequirement: UInt64 = 4
    public var validatorCustodyRequirement: UInt64 = 8
    public var balancePerAdditionalCustodyGroup: UInt64 = 32_000_000_000
    public var minEpochsForDataColumnSidecarsRequests: UInt64 = 4096
    public var maxRequestPayloads: UInt64 = 128
    public var maxRequestInclusionList: UInt64 = 16
    public var minSlotsForInclusionListsRequests: UInt64 = 1
    public var maxTransactionsBytesPerInclusionList: UInt64 = 8192
    public var minBlobDataRetentionMs: UInt64 = 1_572_864_000
    public var blobSchedule: [BlobParameters] = [
        BlobParameters(epoch: 412_672, maxBlobsPerBlock: 15), BlobParameters(epoch: 419_072, maxBlobsPerBlock: 21),
    ]
    public var confirmationByzantineThreshold: UInt64 = 25

    public init() {}

    public static let mainnet = Config()

    public static let minimal: Config = {
        var config = Config()
        config.presetBase = "minimal"
        config.configName = "minimal"
        config.terminalTotalDifficulty =
            "115792089237316195423570985008687907853269984665640564039457584007913129638912"
        config.minGenesisActiveValidatorCount = 64
        config.minGenesisTime = 1_578_009_600
        config.genesisForkVersion = Version(0x00000001)
        config.genesisDelay = 300
        config.altairForkVersion = Version(0x01000001)
        config.altairForkEpoch = farFutureEpoch
        config.bellatrixForkVersion = Version(0x02000001)
        config.bellatrixForkEpoch = farFutureEpoch
        config.capellaForkVersion = Version(0x03000001)
        config.capellaForkEpoch = farFutureEpoch
        config.denebForkVersion = Version(0x04000001)
        config.denebForkEpoch = farFutureEpoch
        config.electraForkVersion = Version(0x05000001)
        config.electraForkEpoch = farFutureEpoch
        config.fuluForkVersion = Version(0x06000001)
        config.fuluForkEpoch = farFutureEpoch
        config.gloasForkVersion = Version(0x07000001)
        config.hezeForkVersion = Version(0x08000001)
        config.slotDurationMs = 6000
        config.shardCommitteePeriod = 64
        config.eth1FollowDistance = 16
        config.minBuilderWithdrawabilityDelay = 2
        config.minPerEpochChurnLimit = 2
        config.churnLimitQuotient = 32
        config.maxPerEpochActivationChurnLimit = 4
        config.minPerEpochChurnLimitElectra = 64_000_000_000
        config.maxPerEpochActivationExitChurnLimit = 128_000_000_000
        config.churnLimitQuotientGloas = 16
        config.consolidationChurnLimitQuotient = 32
        config.maxPerEpochActivationChurnLimitGloas = 128_000_000_000
        config.depositChainId = 5
        config.depositNetworkId = 5
        config.depositContractAddress = Bytes20(literal: "1234567890123456789012345678901234567890")
        config.minBlobDataRetentionMs = 196_608_000
        config.blobSchedule = []
        return config
    }()
}
