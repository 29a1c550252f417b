public import ConsensusTypes
public import Hashing

extension ForkChoiceStore {
    /// The checks of `on_inclusion_list` (heze) that need no state: worth making before the committee is computed.
    public mutating func checkInclusionList(_ list: InclusionList) throws(ForkChoiceError) {
        let current = currentSlot
        let allowed = current.minusClamped(spec.config.minSlotsForInclusionListsRequests)...current
        guard allowed.contains(list.slot) else { throw .inclusionListSlot(expected: allowed, got: list.slot) }
        guard !list.transactions.isEmpty, !list.transactions.contains(where: \.isEmpty) else {
            throw .emptyInclusionList
        }
        let size = list.transactions.reduce(0) { $0 + $1.count }
        let limit = spec.config.maxTransactionsBytesPerInclusionList
        guard UInt64(size) <= limit else { throw .inclusionListSize(limit: limit, got: size) }
        guard let dependent = find(list.dependentRoot) else { throw .unknownBlock(list.dependentRoot) }
        let slot = shufflingDependentSlot(epoch(of: list.slot))
        guard nodes[dependent].slot <= slot, try isValidDependentRoot(list.dependentRoot, dependentSlot: slot) else {
            throw .notDependentBlock(list.dependentRoot, dependentSlot: slot)
        }
    }

    /// Spec: `on_inclusion_list` (heze), of a list whose publisher sits in the committee and whose signature was verified.
    public mutating func onInclusionList(_ signed: SignedInclusionList) throws(ForkChoiceError) {
        try checkInclusionList(signed.message)
        let isTimely =
            signed.message.slot == currentSlot
            && timeIntoSlotMs < slotComponentDurationMs(spec.config.inclusionListDueBps)
        inclusionLists.process(signed, isTimely: isTimely)
    }

    /// Spec: `is_valid_dependent_root` (gloas).
    public mutating func isValidDependentRoot(
        _ root: Root,
        dependentSlot: Slot
    ) throws(ForkChoiceError) -> Bool {
        guard let position = find(root) else { return false }
        if try headPosition().block == position { return true }
        return children(of: position).contains { nodes[$0].slot > dependentSlot }
    }

    /// The transactions that the payload of a block must have, or be full: what the execution engine is asked about.
    ///
    /// Spec: `record_payload_inclusion_list_satisfaction` (heze).
    public func inclusionListTransactions(forPayloadOf root: Root) -> [[UInt8]] {
        guard let position = find(root) else { return [] }
        let slot = nodes[position].slot.minusClamped(1)
        let dependent = nodes[shufflingDependentPosition(position, epoch(of: slot))].root
        return inclusionLists.transactions(slot: slot, dependentRoot: dependent)
    }

    /// Takes down whether a payload satisfies the inclusion lists, once an optimistic answer is replaced by the engine's.
    ///
    /// Spec: `record_payload_inclusion_list_satisfaction` (heze).
    public mutating func recordInclusionListSatisfaction(_ root: Root, _ isSatisfied: Bool) throws(ForkChoiceError) {
        guard let position = find(root) else { throw .unknownBlock(root) }
        if spec.fork(atSlot: nodes[position].slot) >= .heze {
            nodes.standings[position].satisfiesInclusionLists = isSatisfied
        }
    }
}
