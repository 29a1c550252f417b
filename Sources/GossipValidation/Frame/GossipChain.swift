public import ConsensusTypes

/// The chain as it stands when a message is judged.
///
/// A view that does not change while one message is judged. The rules take the head's state as it is, without advancing
/// it: whoever makes the view sees to it that the head is not far behind the clock, or shufflings are computed anew for
/// each message.
public protocol GossipChain {
    /// Milliseconds since 1970.
    var genesisTimeMs: UInt64 { get }
    var finalizedCheckpoint: Checkpoint { get }
    var justifiedCheckpoint: Checkpoint { get }
    /// Spec: `get_head(store).root`.
    var headRoot: Root { get }

    /// A block that was seen, whatever became of it; `nil` where it was not.
    ///
    /// Spec: `store.blocks`.
    func block(_ root: Root) -> SeenBlock?

    /// The state after a block that was imported; `nil` for one that failed or is under way.
    ///
    /// Spec: `store.block_states`.
    func state(after root: Root) -> BeaconState?

    /// The last block of the branch of `root` that is not later than `slot`.
    ///
    /// Spec: `get_ancestor`.
    func ancestor(of root: Root, at slot: Slot) -> Root?

    /// The state after a block, carried over the slots up to `slot`, where the view has it at hand.
    ///
    /// Nothing that is not there is missed: it is computed, which costs an epoch's work where an epoch ends on the way.
    func state(after root: Root, at slot: Slot) -> BeaconState?

    /// What is known of the execution payload of a block (bellatrix to fulu, and votes since gloas).
    ///
    /// Spec: `block_payload_statuses`.
    func payloadStatus(of root: Root) -> PayloadValidationStatus

    /// Whether the payload of a block is here and valid (gloas).
    ///
    /// Spec: `is_payload_verified`.
    func isPayloadVerified(_ root: Root) -> Bool

    /// The verified payload of a block (gloas); only what is asked of bids looks into it.
    ///
    /// Spec: `store.payloads`.
    func payload(of root: Root) -> ExecutionPayloadEnvelope?

    /// Whether a block at `slot` is to build on the payload of the head (gloas).
    ///
    /// Spec: `should_build_on_full`.
    func shouldBuildOnFull(at slot: Slot) -> Bool

    /// Whether a block later than `slot` was seen that builds on `root` (gloas).
    func hasChild(of root: Root, after slot: Slot) -> Bool

    /// Who sent one inclusion list in time, and no other, for a slot and a dependent root (heze).
    func timelyIncluders(at slot: Slot, dependentRoot: Root) -> Set<ValidatorIndex>
}

extension GossipChain {
    public func state(after root: Root, at slot: Slot) -> BeaconState? { nil }
}

/// Spec: `PayloadValidationStatus`.
public enum PayloadValidationStatus: Hashable, Sendable {
    case valid
    case invalidated
    /// Not judged by an execution engine yet: optimistic.
    case notValidated
}

/// What gossip rules ask of a block that was seen.
public struct SeenBlock: Hashable, Sendable {
    public var slot: Slot
    public var parentRoot: Root
    /// The bid that the block commits to (since gloas).
    public var bid: ExecutionPayloadBid?

    public init(slot: Slot, parentRoot: Root, bid: ExecutionPayloadBid? = nil) {
        self.slot = slot
        self.parentRoot = parentRoot
        self.bid = bid
    }

    /// What gossip rules ask of a block of `fork`.
    public init(_ block: BeaconBlock, fork: ForkName) {
        self.init(
            slot: block.slot,
            parentRoot: block.parentRoot,
            bid: fork >= .gloas ? block.body.signedExecutionPayloadBid.message : nil
        )
    }
}
