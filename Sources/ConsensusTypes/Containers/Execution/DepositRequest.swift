public import Hashing
public import SSZ

/// Spec: `DepositRequest` (since electra).
public struct DepositRequest: SSZContainer, Hashable {
    public var pubkey: BLSPubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = Bytes32()
    public var amount: Gwei = 0
    public var signature: BLSSignature = BLSSignature()
    public var index: UInt64 = 0

    public init() {}

    public init(pubkey: BLSPubkey, withdrawalCredentials: Bytes32, amount: Gwei, signature: BLSSignature, index: UInt64)
    {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.amount = amount
        self.signature = signature
        self.index = index
    }

    public static let fields: [Field<DepositRequest>] = [
        .init("pubkey", \.pubkey),
        .init("withdrawal_credentials", \.withdrawalCredentials),
        .init("amount", \.amount),
        .init("signature", \.signature),
        .init("index", \.index),
    ]
}
