public import SSZ

/// Spec: `BuilderPendingPayment` (since gloas).
public struct BuilderPendingPayment: SSZContainer, Hashable {
    public var weight: Gwei = 0
    public var withdrawal: BuilderPendingWithdrawal = BuilderPendingWithdrawal()
    public var proposerIndex: ValidatorIndex = 0

    public init() {}

    public init(weight: Gwei, withdrawal: BuilderPendingWithdrawal, proposerIndex: ValidatorIndex) {
        self.weight = weight
        self.withdrawal = withdrawal
        self.proposerIndex = proposerIndex
    }

    public static let fields: [Field<BuilderPendingPayment>] = [
        .init("weight", \.weight),
        .init("withdrawal", \.withdrawal),
        .init("proposer_index", \.proposerIndex),
    ]
}
