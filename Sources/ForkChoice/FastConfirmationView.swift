public import ConsensusTypes

/// What the fast confirmation rule reads of the head's state.
public struct FastConfirmationView: Sendable {
    /// The head whose state it was taken from.
    public let head: Root
    /// The epoch that the state was advanced to.
    public let epoch: Epoch
    /// Of the state, advanced to the start of the current epoch if it is older.
    ///
    /// Spec: `get_pulled_up_head_state`.
    public let balances: ActiveBalances
    /// The members of all committees of a slot, for the slots asked for.
    ///
    /// Spec: `get_slot_committee`: by the head's state as it is, not advanced.
    public let committees: [Slot: [ValidatorIndex]]

    public init(head: Root, epoch: Epoch, balances: ActiveBalances, committees: [Slot: [ValidatorIndex]]) {
        self.head = head
        self.epoch = epoch
        self.balances = balances
        self.committees = committees
    }
}

/// Which view the rule needs: asked for first, because states are not at hand where the store is.
public struct FastConfirmationNeeds: Hashable, Sendable {
    public let head: Root
    /// The epoch to advance the head's state to, unless it is there.
    public let epoch: Epoch
    /// The slots whose committees are asked for, three epochs at most; none when no slot is empty and nobody equivocates.
    public let slots: [Slot]
}

extension ForkChoiceStore {
    /// What the rule would read of the head's state if it ran now.
    public mutating func fastConfirmationNeeds() throws(ForkChoiceError) -> FastConfirmationNeeds {
        let head = try getHead()
        let epoch = currentEpoch
        // Every block that the rule weighs is on the head's chain and of this or the previous epoch.
        let first = startSlot(of: epoch > 0 ? epoch - 1 : 0)
        let earliest = startSlot(of: epoch > 1 ? epoch - 2 : 0)
        var slots: Set<Slot> = []
        var lowest = first
        var position = find(head.root)
        while let at = position, nodes[at].slot >= first, let parent = nodes[at].parent {
            let empty = nodes[parent].slot &+ 1
            if empty < nodes[at].slot, empty >= earliest {
                slots.formUnion(empty..<nodes[at].slot)
                lowest = min(lowest, empty)
            }
            position = parent
        }
        if !equivocatingIndices.isEmpty, lowest < currentSlot { slots.formUnion(lowest..<currentSlot) }
        return FastConfirmationNeeds(head: head.root, epoch: epoch, slots: slots.sorted())
    }
}
