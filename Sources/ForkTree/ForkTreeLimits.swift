/// What gives way when one more block would wait than the bounds allow.
public enum WaitOverflowPolicy: Sendable, Hashable, CaseIterable {
    /// The newcomer.
    case rejectNewest
    /// The longest waiting block with a missing ancestor, and what waits below it; the newcomer if there is none.
    case evictOldestOrphan
    /// The block of the highest slot with a missing ancestor: the one furthest from being usable.
    case evictFarthestOrphan
}

/// The bounds of a fork tree.
///
/// Only included, not yet finalized blocks are without a bound of their own: each has passed the state transition.
public struct ForkTreeLimits: Sendable, Hashable {
    /// Waiting callers.
    public var waiting = 8_192
    /// The sum of the sizes of waiting blocks.
    public var waitingBytes = 256 << 20
    /// How long a block may wait, in milliseconds; shorter deadlines may be given per wait.
    public var waitingAge: UInt64 = 400_000
    public var overflow = WaitOverflowPolicy.evictOldestOrphan
    /// Blocks in a line that are not included yet and that the next one may run ahead of.
    ///
    /// Overflow: the block waits until the line is shorter.
    public var aheadDepth = 8
    /// Copies that run ahead at once, in all lines together.
    ///
    /// Overflow: the block waits until its parent is included.
    public var aheadBlocks = 64
    /// Roots remembered as invalid; the oldest is forgotten first.
    public var invalidRoots = 8_192
    /// Copies remembered for a bad signature; the oldest is forgotten first.
    public var badCopies = 4_096
    /// Roots remembered as pruned; the oldest is forgotten first.
    public var prunedRoots = 16_384
    /// Requests for missing parents not yet taken by the fetcher; a request beyond is refused and may be retried.
    public var fetchRequests = 1_024

    public init() {}
}

/// What has happened in a fork tree since it was made.
///
/// Every copy taken in ends in exactly one of the seven ends, so
/// `inserted == live + included + invalid + expired + duplicate + evicted (all causes) + withdrawn`.
public struct ForkTreeStatistics: Sendable, Hashable {
    /// Copies taken in.
    public var inserted: UInt64 = 0
    /// Deliveries answered `duplicate` on insertion.
    public var duplicateDeliveries: UInt64 = 0
    /// Deliveries answered `refused`.
    public var refused: UInt64 = 0

    // How copies ended.
    public var included: UInt64 = 0
    public var invalid: UInt64 = 0
    public var expired: UInt64 = 0
    public var duplicate: UInt64 = 0
    public var evictedForCapacity: UInt64 = 0
    public var evictedForFinality: UInt64 = 0
    public var evictedByShutdown: UInt64 = 0
    /// Given up by their holders, cancellation included.
    public var withdrawn: UInt64 = 0

    // How waits went.
    public var waits: UInt64 = 0
    /// Calls of `ready` that found the parent included.
    public var readyAtOnce: UInt64 = 0
    public var released: UInt64 = 0
    public var cancelledWaits: UInt64 = 0
    /// Copies let go ahead of their parent's inclusion.
    public var wentAhead: UInt64 = 0
    /// Of these, copies whose parent was given up.
    public var parentsLost: UInt64 = 0

    // Which bound bit.
    /// Times the bound on waiters was met.
    public var countOverflows: UInt64 = 0
    /// Times the bound on bytes was met.
    public var byteOverflows: UInt64 = 0
    /// Newcomers turned away at a bound.
    public var rejectedNewcomers: UInt64 = 0

    // Missing parents.
    public var fetchesAsked: UInt64 = 0
    public var fetchesRefused: UInt64 = 0

    // Negative knowledge given up for room.
    public var forgottenInvalidRoots: UInt64 = 0
    public var forgottenBadCopies: UInt64 = 0
    public var forgottenPrunedRoots: UInt64 = 0

    /// Included blocks dropped by pruning.
    public var pruned: UInt64 = 0
    /// Included blocks condemned afterwards.
    public var overturned: UInt64 = 0

    public init() {}
}
