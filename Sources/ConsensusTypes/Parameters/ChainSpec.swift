public import SSZ

/// Everything that makes one network's rules: its preset, its configuration, and the shapes of every fork under it.
///
/// A run-time value, so that one program serves every network and both presets.
public final class ChainSpec: Sendable {
    public let preset: Preset
    public let config: Config
    private let contexts: [ShapeContext]

    public init(preset: Preset, config: Config) {
        self.preset = preset
        self.config = config
        let sizes = preset.sizes
        contexts = ForkName.allCases.map { ShapeContext(version: $0.rawValue, sizes: sizes) }
    }

    public static let mainnet = ChainSpec(preset: .mainnet, config: .mainnet)
    public static let minimal = ChainSpec(preset: .minimal, config: .minimal)

    /// The shapes of `fork`.
    public func context(_ fork: ForkName) -> ShapeContext { contexts[fork.rawValue] }

    /// The epoch at which `fork` begins, `farFutureEpoch` where it never does.
    public func forkEpoch(_ fork: ForkName) -> Epoch {
        switch fork {
        case .phase0: 0
        case .altair: config.altairForkEpoch
        case .bellatrix: config.bellatrixForkEpoch
        case .capella: config.capellaForkEpoch
        case .deneb: config.denebForkEpoch
        case .electra: config.electraForkEpoch
        case .fulu: config.fuluForkEpoch
        case .gloas: config.gloasForkEpoch
        case .heze: config.hezeForkEpoch
        }
    }

    /// The version that `fork` writes into the state.
    public func forkVersion(_ fork: ForkName) -> Version {
        switch fork {
        case .phase0: config.genesisForkVersion
        case .altair: config.altairForkVersion
        case .bellatrix: config.bellatrixForkVersion
        case .capella: config.capellaForkVersion
        case .deneb: config.denebForkVersion
        case .electra: config.electraForkVersion
        case .fulu: config.fuluForkVersion
        case .gloas: config.gloasForkVersion
        case .heze: config.hezeForkVersion
        }
    }

    /// The fork in force in `epoch`.
    public func fork(atEpoch epoch: Epoch) -> ForkName {
        ForkName.allCases.last { forkEpoch($0) <= epoch } ?? .phase0
    }

    /// The fork in force at `slot`.
    public func fork(atSlot slot: Slot) -> ForkName { fork(atEpoch: slot / preset.slotsPerEpoch) }

    /// The fork that writes `version`, if this network has one.
    public func fork(ofVersion version: Version) -> ForkName? {
        ForkName.allCases.last { forkVersion($0) == version }
    }
}
