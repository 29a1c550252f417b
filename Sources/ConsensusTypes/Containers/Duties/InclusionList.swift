public import Hashing
public import SSZ

/// Spec: `InclusionList` (since heze).
public struct InclusionList: SSZContainer, Hashable {
    public var slot: Slot = 0
    public var validatorIndex: ValidatorIndex = 0
    public var dependentRoot: Root = Root()
    public var transactions: [[UInt8]] = []

    public init() {}

    public init(slot: Slot, validatorIndex: ValidatorIndex, dependentRoot: Root, transactions: [[UInt8]]) {
        self.slot = slot
        self.validatorIndex = validatorIndex
        self.dependentRoot = dependentRoot
        self.transactions = transactions
    }

    public static let fields: [Field<InclusionList>] = [
        .init("slot", \.slot),
        .init("validator_index", \.validatorIndex),
        .init("dependent_root", \.dependentRoot),
        .init("transactions", \.transactions, .progressive(of: .progressive())),
    ]
}
