public import Hashing
public import SSZ

/// Spec: `Checkpoint` (since phase0).
public struct Checkpoint: SSZContainer, Hashable {
    public var epoch: Epoch = 0
    public var root: Root = Root()

    public init() {}

    public init(epoch: Epoch, root: Root) {
        self.epoch = epoch
        self.root = root
    }

    public static let fields: [Field<Checkpoint>] = [
        .init("epoch", \.epoch),
        .init("root", \.root),
    ]
}
