public import Hashing
public import SSZ

/// Spec: `WithdrawalRequest` (since electra).
public struct WithdrawalRequest: SSZContainer, Hashable {
    public var sourceAddress: ExecutionAddress = ExecutionAddress()
    public var validatorPubkey: BLSPubkey = BLSPubkey()
    public var amount: Gwei = 0

    public init() {}

    public init(sourceAddress: ExecutionAddress, validatorPubkey: BLSPubkey, amount: Gwei) {
        self.sourceAddress = sourceAddress
        self.validatorPubkey = validatorPubkey
        self.amount = amount
    }

    public static let fields: [Field<WithdrawalRequest>] = [
        .init("source_address", \.sourceAddress),
        .init("validator_pubkey", \.validatorPubkey),
        .init("amount", \.amount),
    ]
}
