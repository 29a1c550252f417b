public import SSZ

/// Spec: `ExecutionRequests` (since electra).
public struct ExecutionRequests: SSZContainer, Hashable {
    public var deposits: [DepositRequest] = []
    public var withdrawals: [WithdrawalRequest] = []
    public var consolidations: [ConsolidationRequest] = []
    public var builderDeposits: [BuilderDepositRequest] = []
    public var builderExits: [BuilderExitRequest] = []

    public init() {}

    public static let fields: [Field<ExecutionRequests>] = [
        .init("deposits", \.deposits, .list(.preset(\.maxDepositRequestsPerPayload)).from(.gloas, .progressive())),
        .init(
            "withdrawals",
            \.withdrawals,
            .list(.preset(\.maxWithdrawalRequestsPerPayload)).from(.gloas, .progressive())
        ),
        .init(
            "consolidations",
            \.consolidations,
            .list(.preset(\.maxConsolidationRequestsPerPayload)).from(.gloas, .progressive())
        ),
        .init("builder_deposits", \.builderDeposits, .progressive(), since: .gloas),
        .init("builder_exits", \.builderExits, .progressive(), since: .gloas),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.gloas.rawValue { return .init(width: 5) }
        return nil
    }
}
