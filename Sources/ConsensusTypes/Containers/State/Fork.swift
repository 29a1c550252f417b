public import Hashing
public import SSZ

/// Spec: `Fork` (since phase0).
public struct Fork: SSZContainer, Hashable {
    public var previousVersion: Version = Version()
    public var currentVersion: Version = Version()
    public var epoch: Epoch = 0

    public init() {}

    public init(previousVersion: Version, currentVersion: Version, epoch: Epoch) {
        self.previousVersion = previousVersion
        self.currentVersion = currentVersion
        self.epoch = epoch
    }

    public static let fields: [Field<Fork>] = [
        .init("previous_version", \.previousVersion),
        .init("current_version", \.currentVersion),
        .init("epoch", \.epoch),
    ]
}
