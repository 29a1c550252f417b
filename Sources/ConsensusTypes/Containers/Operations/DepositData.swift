public import Hashing
public import SSZ

/// Spec: `DepositData` (since phase0).
public struct DepositData: SSZContainer, Hashable {
    public var pubkey: BLSPubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = Bytes32()
    public var amount: Gwei = 0
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(pubkey: BLSPubkey, withdrawalCredentials: Bytes32, amount: Gwei, signature: BLSSignature) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.amount = amount
        self.signature = signature
    }

    public static let fields: [Field<DepositData>] = [
        .init("pubkey", \.pubkey),
        .init("withdrawal_credentials", \.withdrawalCredentials),
        .init("amount", \.amount),
        .init("signature", \.signature),
    ]
}
