internal import Hashing

/// The public networks that a name on the command line means; their figures are those of their published files.
extension Config {
    /// The configuration of the network of that name.
    public static func named(_ name: String) -> Config? {
        switch name {
        case "mainnet": .mainnet
        case "minimal": .minimal
        case "sepolia": .sepolia
        case "holesky": .holesky
        case "hoodi": .hoodi
        default: nil
        }
    }

    /// The names that `named` knows.
    public static let names = ["mainnet", "minimal", "sepolia", "holesky", "hoodi"]

    /// Sepolia.
    public static let sepolia: Config = {
        var config = Config()
        config.configName = "sepolia"
        config.terminalTotalDifficulty = "17000000000000000"
        config.minGenesisActiveValidatorCount = 1300
        config.minGenesisTime = 1_655_647_200
        config.genesisForkVersion = Version(0x90000069)
        config.genesisDelay = 86400
        config.altairForkVersion = Version(0x90000070)
        config.altairForkEpoch = 50
        config.bellatrixForkVersion = Version(0x90000071)
        config.bellatrixForkEpoch = 100
        config.capellaForkVersion = Version(0x90000072)
        config.capellaForkEpoch = 56832
        config.denebForkVersion = Version(0x90000073)
        config.denebForkEpoch = 132_608
        config.electraForkVersion = Version(0x90000074)
        config.electraForkEpoch = 222_464
        config.fuluForkVersion = Version(0x90000075)
        config.fuluForkEpoch = 272_640
        config.depositChainId = 11_155_111
        config.depositNetworkId = 11_155_111
        config.depositContractAddress = Bytes20(literal: "7f02C3E3c98b133055B8B348B2Ac625669Ed295D")
        config.blobSchedule = [
            .init(epoch: 274_176, maxBlobsPerBlock: 15), .init(epoch: 275_712, maxBlobsPerBlock: 21),
        ]
        return config
    }()

    /// Holesky.
    public static let holesky: Config = {
        var config = Config()
        config.configName = "holesky"
        config.terminalTotalDifficulty = "0"
        config.minGenesisTime = 1_695_902_100
        config.genesisForkVersion = Version(0x01017000)
        config.genesisDelay = 300
        config.altairForkVersion = Version(0x02017000)
        config.altairForkEpoch = 0
        config.bellatrixForkVersion = Version(0x03017000)
        config.bellatrixForkEpoch = 0
        config.capellaForkVersion = Version(0x04017000)
        config.capellaForkEpoch = 256
        config.denebForkVersion = Version(0x05017000)
        config.denebForkEpoch = 29696
        config.electraForkVersion = Version(0x06017000)
        config.electraForkEpoch = 115_968
        config.fuluForkVersion = Version(0x07017000)
        config.fuluForkEpoch = 165_120
        config.ejectionBalance = 28_000_000_000
        config.depositChainId = 17000
        config.depositNetworkId = 17000
        config.depositContractAddress = Bytes20(literal: "4242424242424242424242424242424242424242")
        config.blobSchedule = [
            .init(epoch: 166_400, maxBlobsPerBlock: 15), .init(epoch: 167_936, maxBlobsPerBlock: 21),
        ]
        return config
    }()

    /// Hoodi.
    public static let hoodi: Config = {
        var config = Config()
        config.configName = "hoodi"
        config.terminalTotalDifficulty = "0"
        config.minGenesisTime = 1_742_212_800
        config.genesisForkVersion = Version(0x10000910)
        config.genesisDelay = 600
        config.altairForkVersion = Version(0x20000910)
        config.altairForkEpoch = 0
        config.bellatrixForkVersion = Version(0x30000910)
        config.bellatrixForkEpoch = 0
        config.capellaForkVersion = Version(0x40000910)
        config.capellaForkEpoch = 0
        config.denebForkVersion = Version(0x50000910)
        config.denebForkEpoch = 0
        config.electraForkVersion = Version(0x60000910)
        config.electraForkEpoch = 2048
        config.fuluForkVersion = Version(0x70000910)
        config.fuluForkEpoch = 50688
        config.secondsPerEth1Block = 12
        config.depositChainId = 560_048
        config.depositNetworkId = 560_048
        config.blobSchedule = [
            .init(epoch: 52480, maxBlobsPerBlock: 15), .init(epoch: 54016, maxBlobsPerBlock: 21),
        ]
        return config
    }()
}
