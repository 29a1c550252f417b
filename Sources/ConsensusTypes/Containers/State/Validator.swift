public import Hashing
public import SSZ

/// Spec: `Validator` (since phase0).
public struct Validator: SSZContainer, Hashable {
    public var pubkey: BLSPubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = Bytes32()
    public var effectiveBalance: Gwei = 0
    public var slashed: Bool = false
    public var activationEligibilityEpoch: Epoch = 0
    public var activationEpoch: Epoch = 0
    public var exitEpoch: Epoch = 0
    public var withdrawableEpoch: Epoch = 0

    public init() {}

    public static let fields: [Field<Validator>] = [
        .init("pubkey", \.pubkey),
        .init("withdrawal_credentials", \.withdrawalCredentials),
        .init("effective_balance", \.effectiveBalance),
        .init("slashed", \.slashed),
        .init("activation_eligibility_epoch", \.activationEligibilityEpoch),
        .init("activation_epoch", \.activationEpoch),
        .init("exit_epoch", \.exitEpoch),
        .init("withdrawable_epoch", \.withdrawableEpoch),
    ]
}
