public import Hashing
public import SSZ

/// Spec: `DepositMessage` (since phase0).
public struct DepositMessage: SSZContainer, Hashable {
    public var pubkey: BLSPubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = Bytes32()
    public var amount: Gwei = 0

    public init() {}

    public init(pubkey: BLSPubkey, withdrawalCredentials: Bytes32, amount: Gwei) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.amount = amount
    }

    public static let fields: [Field<DepositMessage>] = [
        .init("pubkey", \.pubkey),
        .init("withdrawal_credentials", \.withdrawalCredentials),
        .init("amount", \.amount),
    ]
}
