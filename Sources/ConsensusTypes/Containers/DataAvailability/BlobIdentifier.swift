public import Hashing
public import SSZ

/// Spec: `BlobIdentifier` (since deneb).
public struct BlobIdentifier: SSZContainer, Hashable {
    public var blockRoot: Root = Root()
    public var index: UInt64 = 0

    public init() {}

    public init(blockRoot: Root, index: UInt64) {
        self.blockRoot = blockRoot
        self.index = index
    }

    public static let fields: [Field<BlobIdentifier>] = [
        .init("block_root", \.blockRoot),
        .init("index", \.index),
    ]
}
