public import ConsensusTypes

/// Why fork choice does not take something in.
public enum ForkChoiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `on_block`: the parent is not in the tree. Queue the block.
    case unknownParent(Root)
    /// `on_block`: the block's slot has not come. Delay it.
    case futureSlot(slot: Slot, current: Slot)
    /// `on_block`: the block is not later than the finalized slot. Reject it.
    case notAfterFinalized(slot: Slot, finalized: Slot)
    /// `on_block`: the block does not descend from the finalized checkpoint. Reject it.
    case conflictsWithFinalized(expected: Root, got: Root)
    /// `on_attestation`: the target epoch is neither the current nor the previous one. Ignore it.
    case targetEpoch(expected: ClosedRange<Epoch>, got: Epoch)
    /// `on_attestation`: the target epoch is not that of the slot. Reject it.
    case targetNotOfSlot(expected: Epoch, got: Epoch)
    /// `on_attestation`: a block it names is not in the tree. Queue it.
    case unknownBlock(Root)
    /// `on_attestation`: it votes for a block later than itself. Reject it.
    case voteForLaterBlock(slot: Slot, blockSlot: Slot)
    /// `on_attestation`: target and head do not lie on one branch. Reject it.
    case targetNotAncestor(expected: Root, got: Root)
    /// `on_attestation`: its slot is not over yet. Delay it.
    case slotNotOver(slot: Slot, current: Slot)
    /// `on_attester_slashing`: the two votes do not contradict each other. Reject it.
    case notSlashable
    /// The weights under this checkpoint were not supplied before it became the justified one: our own fault.
    case missingBalances(Checkpoint)
    /// The root of a checkpoint or of the head is not in the tree: our own fault.
    case missingNode(Root)
    /// `on_block`: the parent's payload is invalid. Reject the block.
    case invalidatedParent(Root)
    /// The block's payload is invalid, or one that it builds on. Reject what names it.
    case invalidatedBlock(Root)
    /// The engine takes back what it said of a payload before: its own fault.
    case payloadContradiction(Root)
    /// The justified block's payload turned out to be invalid: there is no head any more.
    case invalidatedJustified(Checkpoint)
    /// Fast confirmation: the view is of another head. Ask for the needs anew.
    case staleView(expected: Root, got: Root)
    /// Fast confirmation: the view's state was advanced to another epoch. Ask for the needs anew.
    case staleViewEpoch(expected: Epoch, got: Epoch)
    /// Fast confirmation: the view lacks the committees of a slot: our own fault.
    case missingCommittee(Slot)

    public var description: String {
        switch self {
        case .unknownParent(let root): "on_block: parent: expected a known block, got \(root)"
        case .futureSlot(let slot, let current): "on_block: slot: expected at most \(current), got \(slot)"
        case .notAfterFinalized(let slot, let finalized):
            "on_block: slot: expected more than the finalized \(finalized), got \(slot)"
        case .conflictsWithFinalized(let expected, let got):
            "on_block: finalized ancestor: expected \(expected), got \(got)"
        case .targetEpoch(let expected, let got):
            "on_attestation: target.epoch: expected \(expected.lowerBound) or \(expected.upperBound), got \(got)"
        case .targetNotOfSlot(let expected, let got):
            "on_attestation: target.epoch: expected \(expected), got \(got)"
        case .unknownBlock(let root): "on_attestation: block: expected a known one, got \(root)"
        case .voteForLaterBlock(let slot, let blockSlot):
            "on_attestation: slot of the block: expected at most \(slot), got \(blockSlot)"
        case .targetNotAncestor(let expected, let got):
            "on_attestation: target.root: expected \(expected), got \(got)"
        case .slotNotOver(let slot, let current):
            "on_attestation: slot: expected less than \(current), got \(slot)"
        case .notSlashable: "on_attester_slashing: expected two votes that contradict each other"
        case .missingBalances(let checkpoint):
            "fork choice: expected the balances of epoch \(checkpoint.epoch), block \(checkpoint.root), got none"
        case .missingNode(let root): "fork choice: expected block \(root) in the tree, got none"
        case .invalidatedParent(let root): "on_block: payload of the parent: expected a valid one, got that of \(root)"
        case .invalidatedBlock(let root): "fork choice: payload: expected a valid one, got that of block \(root)"
        case .payloadContradiction(let root):
            "execution engine: payload of block \(root): expected what it said before, got the opposite"
        case .invalidatedJustified(let checkpoint):
            "fork choice: payload of the justified block: expected a valid one, got that of epoch \(checkpoint.epoch), "
                + "block \(checkpoint.root)"
        case .staleView(let expected, let got): "fast confirmation: head: expected \(expected), got \(got)"
        case .staleViewEpoch(let expected, let got): "fast confirmation: epoch: expected \(expected), got \(got)"
        case .missingCommittee(let slot): "fast confirmation: expected the committees of slot \(slot), got none"
        }
    }
}
