public import Hashing

/// One copy of a block that the tree has taken in: root and signature, and where it belongs.
///
/// Whoever holds a ticket ends it: by `resolve`, by `withdraw`, or by a `ready` that answers anything but `included`.
public struct BlockTicket: Sendable, Hashable {
    public let root: Bytes32
    public let slot: UInt64
    public let parent: Bytes32
    /// A digest of the proposer's signature: copies of a root that differ in it are told apart.
    public let signature: Bytes32
    /// What the waiting block costs in memory.
    public let bytes: Int
}

/// The answer to `ForkTree.insert`.
public enum InsertOutcome: Sendable, Hashable {
    /// A copy not seen before; carry on with this ticket.
    case fresh(BlockTicket)
    /// This very copy is under way, or the root is included already.
    case duplicate(Lifecycle)
    /// Known to be invalid, or too old to matter; nothing was kept.
    case refused(Lifecycle)
}

/// The answer to `ForkTree.ready`.
public enum ReadyOutcome: Sendable, Hashable {
    /// The parent is included: go on.
    case included
    /// The parent is not included yet, but its post-state is made: the transition may run ahead, nothing more.
    ///
    /// Only where it was asked for; call `ready` again before anything is made of the transition's result.
    case ahead
    /// The parent that the block ran ahead of was given up: what was made ahead is void, wait anew.
    case parentLost
    case invalid(InvalidReason, at: Stage)
    case expired
    /// Another copy of the block was included.
    case duplicate
    case evicted(EvictionCause)

    /// What became of the block, for its record; `stateChild` when it may go on.
    public var lifecycle: Lifecycle {
        switch self {
        case .included: .stateChild
        case .ahead: .blockChild
        case .parentLost: .pending
        case .invalid(let reason, let stage): .invalid(reason, at: stage)
        case .expired: .expired
        case .duplicate: .duplicate
        case .evicted(let cause): .evicted(cause)
        }
    }
}

/// A verdict to be told to the tree.
public enum Resolution: Sendable, Hashable {
    /// Valid, stored and in fork choice: children may go.
    case included
    case invalid(InvalidReason, at: Stage)
}

/// What the tree did with a verdict.
public enum ResolveOutcome: Sendable, Hashable {
    case applied
    /// Not applied; this stands instead (another copy came first, an ancestor fell, the parent is not included).
    case superseded(Lifecycle)
}
