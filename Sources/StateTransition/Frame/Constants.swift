public import ConsensusTypes
public import Hashing

/// Constants of the specs that no preset and no configuration changes.
public enum Constants {
    public static let genesisSlot: Slot = 0
    public static let genesisEpoch: Epoch = 0
    public static let depositContractTreeDepth = 32
    public static let justificationBitsLength = 4
    public static let targetAggregatorsPerCommittee: UInt64 = 16
    public static let syncCommitteeSubnetCount: UInt64 = 4
    public static let baseRewardsPerEpoch: UInt64 = 4
    public static let unsetDepositRequestsStartIndex = UInt64.max
    public static let fullExitRequestAmount: Gwei = 0
    public static let versionedHashVersionKzg: UInt8 = 0x01
    /// The per cent of the third that safety rests on which weak subjectivity gives up.
    public static let safetyDecay: UInt64 = 10

    // Withdrawal prefixes.
    public static let blsWithdrawalPrefix: UInt8 = 0x00
    public static let eth1AddressWithdrawalPrefix: UInt8 = 0x01
    public static let compoundingWithdrawalPrefix: UInt8 = 0x02
    public static let builderWithdrawalPrefix: UInt8 = 0xB0

    // Builders (gloas).
    /// Marks an index in a `Withdrawal` as that of a builder.
    public static let builderIndexFlag: UInt64 = 1 << 40
    /// Stands for the proposer where it builds its own payload.
    public static let builderIndexSelfBuild = BuilderIndex.max
    public static let builderPaymentThresholdNumerator: UInt64 = 6
    public static let builderPaymentThresholdDenominator: UInt64 = 10
    public static let payloadBuilderVersion: UInt8 = 0

    // Types of execution requests, the first byte of each list that the engine is given.
    public static let depositRequestType: UInt8 = 0x00
    public static let withdrawalRequestType: UInt8 = 0x01
    public static let consolidationRequestType: UInt8 = 0x02
    public static let builderDepositRequestType: UInt8 = 0x03
    public static let builderExitRequestType: UInt8 = 0x04

    // Participation flags and their weights (altair).
    public static let timelySourceFlagIndex = 0
    public static let timelyTargetFlagIndex = 1
    public static let timelyHeadFlagIndex = 2
    public static let timelySourceWeight: UInt64 = 14
    public static let timelyTargetWeight: UInt64 = 26
    public static let timelyHeadWeight: UInt64 = 14
    public static let syncRewardWeight: UInt64 = 2
    public static let proposerWeight: UInt64 = 8
    public static let weightDenominator: UInt64 = 64
    public static let participationFlagWeights = [timelySourceWeight, timelyTargetWeight, timelyHeadWeight]
}

extension DomainType {
    public static let beaconProposer = DomainType(0x0000_0000)
    public static let beaconAttester = DomainType(0x0100_0000)
    public static let randao = DomainType(0x0200_0000)
    public static let deposit = DomainType(0x0300_0000)
    public static let voluntaryExit = DomainType(0x0400_0000)
    public static let selectionProof = DomainType(0x0500_0000)
    public static let aggregateAndProof = DomainType(0x0600_0000)
    public static let syncCommittee = DomainType(0x0700_0000)
    public static let syncCommitteeSelectionProof = DomainType(0x0800_0000)
    public static let contributionAndProof = DomainType(0x0900_0000)
    public static let blsToExecutionChange = DomainType(0x0A00_0000)
    public static let beaconBuilder = DomainType(0x0B00_0000)
    public static let ptcAttester = DomainType(0x0C00_0000)
    public static let proposerPreferences = DomainType(0x0D00_0000)
    public static let builderDeposit = DomainType(0x0E00_0000)
    public static let inclusionListCommittee = DomainType(0x1000_0000)
}
