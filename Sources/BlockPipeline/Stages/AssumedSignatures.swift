public import ConsensusTypes
public import Hashing

/// Whose signatures are believed without being looked at, because somebody asked for that.
///
/// Everything else of such a block is checked: the transition, the post-state's root, its data, fork choice.
public enum AssumedSignatures: Hashable, Sendable, CustomStringConvertible {
    case none
    case all
    /// Those of blocks up to this slot.
    ///
    /// With a root, that block is the only one that blocks behind the slot may descend from: belief ends in a block
    /// that is known to be good.
    case through(Slot, root: Root?)

    /// Whether a block of that slot, or its payload, is believed.
    public func covers(_ slot: Slot) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .through(let last, _): slot <= last
        }
    }

    /// Refuses a block that is the first behind the believed ones, and not on the one that they have to end in.
    func check(_ block: DecodedBlock, parentSlot: Slot) throws(BlockError) {
        guard case .through(let last, let root?) = self, parentSlot <= last, block.slot > last else { return }
        guard block.parentRoot == root else { throw .beyondAssumed(expected: root, got: block.parentRoot) }
    }

    /// As the command line has it, and reports say it.
    public var description: String {
        switch self {
        case .none: "none"
        case .all: "all"
        case .through(let slot, nil): "\(slot)"
        case .through(let slot, let root?): "\(root):\(slot)"
        }
    }
}
