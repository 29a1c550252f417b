public import Hashing
public import SSZ

/// Spec: `Builder` (since gloas).
public struct Builder: SSZContainer, Hashable {
    public var pubkey: BLSPubkey = BLSPubkey()
    public var version: UInt8 = 0
    public var executionAddress: ExecutionAddress = ExecutionAddress()
    public var balance: Gwei = 0
    public var depositEpoch: Epoch = 0
    public var withdrawableEpoch: Epoch = 0

    public init() {}

    public init(
        pubkey: BLSPubkey,
        version: UInt8,
        executionAddress: ExecutionAddress,
        balance: Gwei,
        depositEpoch: Epoch,
        withdrawableEpoch: Epoch
    ) {
        self.pubkey = pubkey
        self.version = version
        self.executionAddress = executionAddress
        self.balance = balance
        self.depositEpoch = depositEpoch
        self.withdrawableEpoch = withdrawableEpoch
    }

    public static let fields: [Field<Builder>] = [
        .init("pubkey", \.pubkey),
        .init("version", \.version),
        .init("execution_address", \.executionAddress),
        .init("balance", \.balance),
        .init("deposit_epoch", \.depositEpoch),
        .init("withdrawable_epoch", \.withdrawableEpoch),
    ]
}
