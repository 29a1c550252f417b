public import SSZ

/// Spec: `PendingConsolidation` (since electra).
public struct PendingConsolidation: SSZContainer, Hashable {
    public var sourceIndex: ValidatorIndex = 0
    public var targetIndex: ValidatorIndex = 0

    public init() {}

    public init(sourceIndex: ValidatorIndex, targetIndex: ValidatorIndex) {
        self.sourceIndex = sourceIndex
        self.targetIndex = targetIndex
    }

    public static let fields: [Field<PendingConsolidation>] = [
        .init("source_index", \.sourceIndex),
        .init("target_index", \.targetIndex),
    ]
}
