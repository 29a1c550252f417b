public import Hashing

/// The life of one block, as stored and printed.
///
/// Kept by the block's task, written when the block ends, read by `martlet block ROOT`.
public struct LifecycleRecord: Sendable, Hashable {
    public var root: Bytes32
    public var slot: UInt64
    public var parent: Bytes32
    /// The proposer's index, once the block is decoded.
    public var proposer: UInt64?
    public var state: Lifecycle
    /// The error in words; cut to `maximumTextLength` UTF-8 bytes when stored.
    public var reasonText: String
    /// Nanoseconds spent in each stage that was entered.
    public var durations: [Stage: UInt64]
    /// The parent it had to wait for, if it had to wait.
    public var waitedFor: Bytes32?
    /// Nanoseconds it waited.
    public var waitDuration: UInt64
    /// Milliseconds since 1970 when it arrived.
    public var receivedAt: UInt64
    public var origin: BlockOrigin
    /// What was found of its blob data; `nil` for a block that needs none or did not get that far.
    public var data: DataResult?

    public static let maximumTextLength = 1_024

    public init(
        root: Bytes32,
        slot: UInt64,
        parent: Bytes32,
        proposer: UInt64? = nil,
        state: Lifecycle = .new,
        reasonText: String = "",
        durations: [Stage: UInt64] = [:],
        waitedFor: Bytes32? = nil,
        waitDuration: UInt64 = 0,
        receivedAt: UInt64,
        origin: BlockOrigin,
        data: DataResult? = nil
    ) {
        self.root = root
        self.slot = slot
        self.parent = parent
        self.proposer = proposer
        self.state = state
        self.reasonText = reasonText
        self.durations = durations
        self.waitedFor = waitedFor
        self.waitDuration = waitDuration
        self.receivedAt = receivedAt
        self.origin = origin
        self.data = data
    }
}
