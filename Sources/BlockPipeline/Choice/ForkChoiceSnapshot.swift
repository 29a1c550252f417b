public import ConsensusTypes
public import ForkChoice
public import Hashing

/// Fork choice as it stood after its last change: what queries read, without waiting for anybody.
public struct ForkChoiceSnapshot: Sendable {
    public let head: ForkChoiceNode
    /// Whether no execution engine has judged the head's payload.
    ///
    /// Spec: `is_optimistic`.
    public let isHeadOptimistic: Bool
    /// Whether the head's payload belongs to the chain; always `full` before gloas.
    public let headPayloadStatus: PayloadStatus
    public let justified: Checkpoint
    public let finalized: Checkpoint
    public let unrealizedJustified: Checkpoint
    public let proposerBoostRoot: Root
    public let currentSlot: Slot
    /// All blocks; shares what has not changed with the snapshots before and after.
    public let tree: ForkChoiceTree

    /// Parents before children; votes are summed up with every call.
    ///
    /// `parent` is a position among them.
    public var nodes: ForkChoiceNodes { tree.nodes }

    init(_ store: inout ForkChoiceStore) throws(ForkChoiceError) {
        let head = try store.getHead()
        isHeadOptimistic = store.isOptimistic(head)
        self.head = head.node
        headPayloadStatus = head.payloadStatus
        justified = store.justifiedCheckpoint
        finalized = store.finalizedCheckpoint
        unrealizedJustified = store.unrealizedJustifiedCheckpoint
        proposerBoostRoot = store.proposerBoostRoot
        currentSlot = store.currentSlot
        tree = store.tree
    }
}
