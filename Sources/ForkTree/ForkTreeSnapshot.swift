public import Hashing

/// One known block.
public struct ForkTreeNode: Sendable, Hashable {
    public let root: Bytes32
    public let slot: UInt64
    public let parent: Bytes32
    /// The state of the copy that has come furthest.
    public let state: Lifecycle
    /// Known children in order of their roots.
    public let children: [Bytes32]
    /// Copies under way that differ in the proposer's signature.
    public let copies: Int
    /// Calls waiting for the parent.
    public let waiters: Int
    /// Whether an ancestor is missing.
    public let isOrphan: Bool
}

/// A block that is not here but that others descend from.
public struct MissingBlock: Sendable, Hashable {
    public let root: Bytes32
    public let children: [Bytes32]
    /// Whether it has been asked for.
    public let isAskedFor: Bool
}

/// The tree at one moment.
public struct ForkTreeSnapshot: Sendable, Hashable {
    /// The finalized block, or the anchor before the first pruning.
    public let treeRoot: Bytes32
    /// By slot, then root: every parent before its children.
    public let nodes: [ForkTreeNode]
    /// By root.
    public let missing: [MissingBlock]
}

/// The included blocks at one moment, each told when it is asked for: there may be a hundred thousand.
///
/// Shares its memory with the tree, which copies what it changes meanwhile.
public struct IncludedBlocks: Sendable {
    /// Where a block stands.
    public struct Place: Sendable, Hashable {
        let number: Int32
    }

    private let blocks: SettledBlocks

    init(_ blocks: SettledBlocks) { self.blocks = blocks }

    public var count: Int { blocks.count }

    /// The places of all, in no order.
    public var places: some Sequence<Place> {
        blocks.allPlaces.lazy.filter { !blocks.isFree($0) }.map { Place(number: $0) }
    }

    public func contains(_ root: Bytes32) -> Bool { blocks.contains(root) }

    /// By these blocks are sorted.
    public func key(at place: Place) -> (slot: UInt64, root: Bytes32) { blocks.key(at: place.number) }

    public func parent(at place: Place) -> Bytes32 { blocks.parent(at: place.number) }
}

/// How many known blocks are in each state, and what waits.
public struct ForkTreeCounts: Sendable, Hashable {
    public var new = 0
    public var pending = 0
    public var child = 0
    public var blockChild = 0
    public var stateChild = 0
    public var included = 0
    /// Roots only known as somebody's parent.
    public var missing = 0
    /// Missing roots that have been asked for.
    public var outstandingFetches = 0
    /// Suspended calls of `ready`.
    public var waiters = 0
    /// The sum of the sizes of waiting blocks.
    public var waitingBytes = 0
    /// Copies under way: new, waiting or released.
    public var live = 0

    public init() {}
}

/// What pruning took out.
public struct PruneReport: Sendable, Hashable {
    /// Included ancestors of the finalized block, youngest first.
    public internal(set) var canonical: [Bytes32] = []
    /// Included blocks of abandoned branches.
    public internal(set) var abandoned: [Bytes32] = []
    /// Blocks under way that turned out to conflict with finality.
    public internal(set) var ended = 0
}
