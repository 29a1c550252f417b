public import Hashing
public import SSZ

/// Spec: `ForkData` (since phase0).
public struct ForkData: SSZContainer, Hashable {
    public var currentVersion: Version = Version()
    public var genesisValidatorsRoot: Root = Root()

    public init() {}

    public init(currentVersion: Version, genesisValidatorsRoot: Root) {
        self.currentVersion = currentVersion
        self.genesisValidatorsRoot = genesisValidatorsRoot
    }

    public static let fields: [Field<ForkData>] = [
        .init("current_version", \.currentVersion),
        .init("genesis_validators_root", \.genesisValidatorsRoot),
    ]
}
