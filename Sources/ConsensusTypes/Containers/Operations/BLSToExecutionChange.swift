public import Hashing
public import SSZ

/// Spec: `BLSToExecutionChange` (since capella).
public struct BLSToExecutionChange: SSZContainer, Hashable {
    public var validatorIndex: ValidatorIndex = 0
    public var fromBlsPubkey: BLSPubkey = BLSPubkey()
    public var toExecutionAddress: ExecutionAddress = ExecutionAddress()

    public init() {}

    public init(validatorIndex: ValidatorIndex, fromBlsPubkey: BLSPubkey, toExecutionAddress: ExecutionAddress) {
        self.validatorIndex = validatorIndex
        self.fromBlsPubkey = fromBlsPubkey
        self.toExecutionAddress = toExecutionAddress
    }

    public static let fields: [Field<BLSToExecutionChange>] = [
        .init("validator_index", \.validatorIndex),
        .init("from_bls_pubkey", \.fromBlsPubkey),
        .init("to_execution_address", \.toExecutionAddress),
    ]
}
