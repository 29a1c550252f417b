/// What a chain has written of states since it was opened.
public struct StateTally: Hashable, Sendable {
    public var whole: UInt64 = 0
    public var differences: UInt64 = 0
    /// Bytes of both, before they were compressed.
    public var wholeBytes: UInt64 = 0
    public var differenceBytes: UInt64 = 0
    /// How many of both were of blocks that were not final.
    public var unfinalized: UInt64 = 0
    /// Kept states of blocks that finality has decided against, let go.
    public var dropped: UInt64 = 0
    /// Unfinalized states that were to be kept and were not, because too many were or waited.
    public var passedOver: UInt64 = 0
    /// Unfinalized states that were left out since those kept lie further apart the more there are.
    public var spacedOut: UInt64 = 0
    /// Differences that did not give their state back, so that it was kept whole: a fault of this program.
    public var refused: UInt64 = 0
    public var failures: UInt64 = 0
    public var lastFailure: String?

    mutating func count(whole bytes: Int) {
        whole += 1
        wholeBytes += UInt64(bytes)
    }

    mutating func count(difference bytes: Int) {
        differences += 1
        differenceBytes += UInt64(bytes)
    }
}
