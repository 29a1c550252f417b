public import Hashing
public import SSZ

/// Spec: `DataColumnsByRootIdentifier` (since fulu).
public struct DataColumnsByRootIdentifier: SSZContainer, Hashable {
    public var blockRoot: Root = Root()
    public var columns: [UInt64] = []

    public init() {}

    public init(blockRoot: Root, columns: [UInt64]) {
        self.blockRoot = blockRoot
        self.columns = columns
    }

    public static let fields: [Field<DataColumnsByRootIdentifier>] = [
        .init("block_root", \.blockRoot),
        .init("columns", \.columns, .list(.preset(\.numberOfColumns))),
    ]
}
