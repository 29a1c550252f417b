public import Hashing

/// How far a block has come, or how it ended.
///
/// A block goes `new` → `pending` → `child` → `blockChild` → `stateChild` → `included`, skipping what does not apply,
/// and may end in any of the other four instead.
public enum Lifecycle: Sendable, Hashable {
    /// Known, not yet waiting for its parent.
    case new
    /// Waiting; the parent is unknown and has been asked for.
    case pending
    /// Waiting; the parent's block is here.
    case child
    /// The parent's post-state is made, the parent is not included yet: waiting, or in transition ahead of it.
    case blockChild
    /// The parent's state is here: the block is, or may be, in transition.
    case stateChild
    /// Valid, stored, in fork choice.
    case included
    /// Rejected for this reason, found at this stage.
    case invalid(InvalidReason, at: Stage)
    /// Waited too long.
    case expired
    /// Another copy of the same block was included first.
    case duplicate
    /// Dropped without a verdict.
    case evicted(EvictionCause)

    /// The stored number.
    ///
    /// DO NOT CHANGE THESE VALUES: they are embedded in stored lifecycle records.
    public var code: UInt8 {
        switch self {
        case .new: 0
        case .pending: 1
        case .child: 2
        case .blockChild: 3
        case .stateChild: 4
        case .included: 5
        case .invalid: 6
        case .expired: 7
        case .duplicate: 8
        case .evicted: 9
        }
    }

    /// The name in tables, metrics and JSON, without the reason.
    public var name: String {
        switch self {
        case .new: "new"
        case .pending: "pending"
        case .child: "child"
        case .blockChild: "block_child"
        case .stateChild: "state_child"
        case .included: "included"
        case .invalid: "invalid"
        case .expired: "expired"
        case .duplicate: "duplicate"
        case .evicted: "evicted"
        }
    }

    /// Whether nothing more happens to the block.
    public var isFinal: Bool { code >= 5 }
}

/// Why a block is invalid.
public enum InvalidReason: Sendable, Hashable {
    /// An ancestor is invalid; this is the first bad one.
    case ancestor(Bytes32)
    /// The proposer's signature does not verify: a fault of this copy, not of the root.
    case proposerSignature
    /// The block does not descend from the finalized block.
    case conflictsWithFinality
    /// The bytes are no block: a fault of this copy.
    case malformed
    /// The state after the block is not the one it claims.
    case stateRootMismatch
    /// A rule of the state transition is broken (operation signatures included).
    case invalidTransition
    /// The slot is not after the parent's.
    case slotNotAfterParent
    /// Fork choice refused it.
    case forkChoice
    /// The execution engine refused its payload.
    case executionPayload
    /// Its blob data is wrong or cannot be had.
    case dataUnavailable

    /// What the reason condemns.
    public enum Scope: Sendable, Hashable {
        /// The root, every copy of it and every descendant.
        case block
        /// One copy: the same root may arrive again, intact.
        case copy
    }

    public var scope: Scope {
        switch self {
        case .proposerSignature, .malformed: .copy
        default: .block
        }
    }

    /// The stored number, never zero.
    ///
    /// DO NOT CHANGE THESE VALUES: they are embedded in stored lifecycle records.
    public var code: UInt8 {
        switch self {
        case .ancestor: 1
        case .proposerSignature: 2
        case .conflictsWithFinality: 3
        case .malformed: 4
        case .stateRootMismatch: 5
        case .invalidTransition: 6
        case .slotNotAfterParent: 7
        case .forkChoice: 8
        case .executionPayload: 9
        case .dataUnavailable: 10
        }
    }

    /// The reason of a stored number; `ancestor` is used for number 1 only.
    init?(code: UInt8, ancestor: Bytes32) {
        switch code {
        case 1: self = .ancestor(ancestor)
        case 2: self = .proposerSignature
        case 3: self = .conflictsWithFinality
        case 4: self = .malformed
        case 5: self = .stateRootMismatch
        case 6: self = .invalidTransition
        case 7: self = .slotNotAfterParent
        case 8: self = .forkChoice
        case 9: self = .executionPayload
        case 10: self = .dataUnavailable
        default: return nil
        }
    }

    /// The name in tables, metrics and JSON.
    public var name: String {
        switch self {
        case .ancestor: "ancestor"
        case .proposerSignature: "proposer_signature"
        case .conflictsWithFinality: "conflicts_with_finality"
        case .malformed: "malformed"
        case .stateRootMismatch: "state_root_mismatch"
        case .invalidTransition: "invalid_transition"
        case .slotNotAfterParent: "slot_not_after_parent"
        case .forkChoice: "fork_choice"
        case .executionPayload: "execution_payload"
        case .dataUnavailable: "data_unavailable"
        }
    }
}

/// Why a block was dropped without a verdict.
///
/// DO NOT CHANGE THESE VALUES: they are embedded in stored lifecycle records.
public enum EvictionCause: UInt8, Sendable, Hashable, CaseIterable {
    /// A bound on waiting blocks was reached.
    case capacity = 1
    /// Its slot is not after the finalized one, so it cannot matter any more.
    case finality = 2
    /// The tree no longer holds it: withdrawn, or gone with an ancestor it depended on.
    case forgotten = 3
    /// The tree was closed.
    case shutdown = 4

    public var name: String { String(describing: self) }
}
