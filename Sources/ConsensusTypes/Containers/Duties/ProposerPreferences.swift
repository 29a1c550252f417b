public import Hashing
public import SSZ

/// Spec: `ProposerPreferences` (since gloas).
public struct ProposerPreferences: SSZContainer, Hashable {
    public var dependentRoot: Root = Root()
    public var proposalSlot: Slot = 0
    public var validatorIndex: ValidatorIndex = 0
    public var feeRecipient: ExecutionAddress = ExecutionAddress()
    public var targetGasLimit: UInt64 = 0

    public init() {}

    public init(
        dependentRoot: Root,
        proposalSlot: Slot,
        validatorIndex: ValidatorIndex,
        feeRecipient: ExecutionAddress,
        targetGasLimit: UInt64
    ) {
        self.dependentRoot = dependentRoot
        self.proposalSlot = proposalSlot
        self.validatorIndex = validatorIndex
        self.feeRecipient = feeRecipient
        self.targetGasLimit = targetGasLimit
    }

    public static let fields: [Field<ProposerPreferences>] = [
        .init("dependent_root", \.dependentRoot),
        .init("proposal_slot", \.proposalSlot),
        .init("validator_index", \.validatorIndex),
        .init("fee_recipient", \.feeRecipient),
        .init("target_gas_limit", \.targetGasLimit),
    ]
}
