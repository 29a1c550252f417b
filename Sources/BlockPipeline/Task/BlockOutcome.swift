public import ConsensusTypes
public import ForkTree
public import Hashing

/// How the task of a block ended.
public struct BlockOutcome: Sendable {
    /// The life of the block; its root is zero when the bytes could not be read.
    public var record: LifecycleRecord
    /// The error that ended it, if one did.
    public var error: BlockError?
    /// The stage that the error came from.
    public var stage: Stage
    /// The root of the block's state, once the transition has proved it.
    public var stateRoot: Root?

    public var state: Lifecycle { record.state }
    public var root: Root { record.root }
}

extension BlockOutcome {
    /// The outcome of a message that was turned away before it was looked into.
    public init(notAdmitted message: BlockMessage, _ state: Lifecycle, _ text: String) {
        record = LifecycleRecord(
            root: Root(),
            slot: 0,
            parent: Root(),
            state: state,
            reasonText: text,
            receivedAt: message.receivedAt,
            origin: message.origin
        )
        error = nil
        stage = .decompress
    }
}
