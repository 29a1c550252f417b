public import Hashing
public import SSZ

/// Spec: `BuilderPendingWithdrawal` (since gloas).
public struct BuilderPendingWithdrawal: SSZContainer, Hashable {
    public var feeRecipient: ExecutionAddress = ExecutionAddress()
    public var amount: Gwei = 0
    public var builderIndex: BuilderIndex = 0

    public init() {}

    public init(feeRecipient: ExecutionAddress, amount: Gwei, builderIndex: BuilderIndex) {
        self.feeRecipient = feeRecipient
        self.amount = amount
        self.builderIndex = builderIndex
    }

    public static let fields: [Field<BuilderPendingWithdrawal>] = [
        .init("fee_recipient", \.feeRecipient),
        .init("amount", \.amount),
        .init("builder_index", \.builderIndex),
    ]
}
