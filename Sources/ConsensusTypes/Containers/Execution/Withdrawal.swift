public import Hashing
public import SSZ

/// Spec: `Withdrawal` (since capella).
public struct Withdrawal: SSZContainer, Hashable {
    public var index: WithdrawalIndex = 0
    public var validatorIndex: ValidatorIndex = 0
    public var address: ExecutionAddress = ExecutionAddress()
    public var amount: Gwei = 0

    public init() {}

    public init(index: WithdrawalIndex, validatorIndex: ValidatorIndex, address: ExecutionAddress, amount: Gwei) {
        self.index = index
        self.validatorIndex = validatorIndex
        self.address = address
        self.amount = amount
    }

    public static let fields: [Field<Withdrawal>] = [
        .init("index", \.index),
        .init("validator_index", \.validatorIndex),
        .init("address", \.address),
        .init("amount", \.amount),
    ]
}
