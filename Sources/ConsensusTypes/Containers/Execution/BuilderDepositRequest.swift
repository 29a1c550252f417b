public import Hashing
public import SSZ

/// Spec: `BuilderDepositRequest` (since gloas).
public struct BuilderDepositRequest: SSZContainer, Hashable {
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

    public static let fields: [Field<BuilderDepositRequest>] = [
        .init("pubkey", \.pubkey),
        .init("withdrawal_credentials", \.withdrawalCredentials),
        .init("amount", \.amount),
        .init("signature", \.signature),
    ]
}
