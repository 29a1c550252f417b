public import Hashing
public import SSZ

/// Spec: `HistoricalSummary` (since capella).
public struct HistoricalSummary: SSZContainer, Hashable {
    public var blockSummaryRoot: Root = Root()
    public var stateSummaryRoot: Root = Root()

    public init() {}

    public init(blockSummaryRoot: Root, stateSummaryRoot: Root) {
        self.blockSummaryRoot = blockSummaryRoot
        self.stateSummaryRoot = stateSummaryRoot
    }

    public static let fields: [Field<HistoricalSummary>] = [
        .init("block_summary_root", \.blockSummaryRoot),
        .init("state_summary_root", \.stateSummaryRoot),
    ]
}
