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
    /// `on_attestation` (gloas): the index says neither empty nor full, or full too early. Reject it.
    case payloadIndex(limit: UInt64, got: UInt64)
    /// `on_block`, `on_attestation` (gloas): the payload it builds on or votes for is not here. Queue it.
    case payloadNotVerified(Root)
    /// `on_payload_attestation_message`: the validator does not sit in the committee. Reject it.
    case notInPayloadCommittee(ValidatorIndex, slot: Slot)
    /// `on_payload_attestation_message`: it is not of the current slot. Ignore it.
    case payloadAttestationSlot(expected: Slot, got: Slot)
    /// `on_inclusion_list`: its slot is not over or long over. Ignore it.
    case inclusionListSlot(expected: ClosedRange<Slot>, got: Slot)
    /// `on_inclusion_list`: the validator does not sit in the committee. Reject it.
    case notInInclusionListCommittee(ValidatorIndex, slot: Slot)
    /// `on_inclusion_list`: it has no transaction, or one without bytes. Reject it.
    case emptyInclusionList
    /// `on_inclusion_list`: its transactions have too many bytes. Reject it.
    case inclusionListSize(limit: UInt64, got: Int)
    /// `on_inclusion_list`: no branch has that block as the last before its committee's shuffling. Reject it.
    case notDependentBlock(Root, dependentSlot: Slot)
    /// `on_block` (bellatrix): a proof-of-work block below the first payload is not known. Queue the block.
    case unknownPowBlock(Hash32)
    /// `on_block` (bellatrix): the proof-of-work block is not the one that crosses the difficulty. Reject the block.
    case notTerminal(block: String, parent: String, terminal: String)
    /// `on_block` (bellatrix): the first payload builds on another block than the configured one. Reject the block.
    case terminalBlockHash(expected: Hash32, got: Hash32)
    /// `on_block` (bellatrix): the first payload comes before its configured epoch. Reject the block.
    case terminalBlockEpoch(expected: Epoch, got: Epoch)
    /// The configured terminal difficulty is no number: the configuration's fault.
    case terminalTotalDifficulty(String)
    /// `on_attestation`: its slot is not over yet. Delay it.
    case slotNotOver(slot: Slot, current: Slot)
    /// `on_attester_slashing`: the two votes do not contradict each other. Reject it.
    case notSlashable
    /// The weights under this checkpoint were not supplied before it became the justified one: our own fault.
    case missingBalances(Checkpoint)
    /// A block since gloas came without its committees: our own fault.
    case missingCommittees(Root)
    /// The payload timeliness committee handed in has another size: our own fault.
    case payloadCommitteeSize(expected: UInt64, got: Int)
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
        case .unknownBlock(let root): "fork choice: block spoken of: expected a known one, got \(root)"
        case .payloadIndex(let limit, let got): "on_attestation: index: expected at most \(limit), got \(got)"
        case .payloadNotVerified(let root): "fork choice: payload of \(root): expected a verified one, got none"
        case .notInPayloadCommittee(let index, let slot):
            "on_payload_attestation_message: validator_index: expected a member of slot \(slot), got \(index)"
        case .payloadAttestationSlot(let expected, let got):
            "on_payload_attestation_message: slot: expected \(expected), got \(got)"
        case .inclusionListSlot(let expected, let got):
            "on_inclusion_list: slot: expected \(expected.lowerBound) to \(expected.upperBound), got \(got)"
        case .notInInclusionListCommittee(let index, let slot):
            "on_inclusion_list: validator_index: expected a member of slot \(slot), got \(index)"
        case .emptyInclusionList: "on_inclusion_list: transactions: expected some, each of some bytes"
        case .inclusionListSize(let limit, let got):
            "on_inclusion_list: bytes of transactions: expected at most \(limit), got \(got)"
        case .notDependentBlock(let root, let slot):
            "on_inclusion_list: dependent_root: expected the last block of a branch up to slot \(slot), got \(root)"
        case .unknownPowBlock(let hash): "on_block: proof-of-work block: expected a known one, got \(hash)"
        case .notTerminal(let block, let parent, let terminal):
            "on_block: total difficulty: expected \(terminal) crossed, got \(block) on \(parent)"
        case .terminalBlockHash(let expected, let got):
            "on_block: execution_payload.parent_hash: expected \(expected), got \(got)"
        case .terminalBlockEpoch(let expected, let got):
            "on_block: epoch of the first payload: expected at least \(expected), got \(got)"
        case .terminalTotalDifficulty(let text): "TERMINAL_TOTAL_DIFFICULTY: expected a number, got \(text)"
        case .missingCommittees(let root): "on_block: expected the committees of block \(root), got none"
        case .payloadCommitteeSize(let expected, let got):
            "on_block: payload timeliness committee: expected \(expected) members, got \(got)"
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
