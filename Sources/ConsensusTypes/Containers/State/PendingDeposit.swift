public import Hashing
public import SSZ

/// Spec: `PendingDeposit` (since electra).
public struct PendingDeposit: SSZContainer, Hashable {
    public var pubkey: BLSPubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = Bytes32()
    public var amount: Gwei = 0
    public var signature: BLSSignature = BLSSignature()
    public var slot: Slot = 0

    public init() {}

    public init(pubkey: BLSPubkey, withdrawalCredentials: Bytes32, amount: Gwei, signature: BLSSignature, slot: Slot) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.amount = amount
        self.signature = signature
        self.slot = slot
    }

    public static let fields: [Field<PendingDeposit>] = [
        .init("pubkey", \.pubkey),
        .init("withdrawal_credentials", \.withdrawalCredentials),
        .init("amount", \.amount),
        .init("signature", \.signature),
        .init("slot", \.slot),
    ]
}
