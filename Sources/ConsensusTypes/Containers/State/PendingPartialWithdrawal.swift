public import SSZ

/// Spec: `PendingPartialWithdrawal` (since electra).
public struct PendingPartialWithdrawal: SSZContainer, Hashable {
    public var validatorIndex: ValidatorIndex = 0
    public var amount: Gwei = 0
    public var withdrawableEpoch: Epoch = 0

    public init() {}

    public init(validatorIndex: ValidatorIndex, amount: Gwei, withdrawableEpoch: Epoch) {
        self.validatorIndex = validatorIndex
        self.amount = amount
        self.withdrawableEpoch = withdrawableEpoch
    }

    public static let fields: [Field<PendingPartialWithdrawal>] = [
        .init("validator_index", \.validatorIndex),
        .init("amount", \.amount),
        .init("withdrawable_epoch", \.withdrawableEpoch),
    ]
}
