public import SSZ

/// Spec: `VoluntaryExit` (since phase0).
public struct VoluntaryExit: SSZContainer, Hashable {
    public var epoch: Epoch = 0
    public var validatorIndex: ValidatorIndex = 0

    public init() {}

    public init(epoch: Epoch, validatorIndex: ValidatorIndex) {
        self.epoch = epoch
        self.validatorIndex = validatorIndex
    }

    public static let fields: [Field<VoluntaryExit>] = [
        .init("epoch", \.epoch),
        .init("validator_index", \.validatorIndex),
    ]
}
