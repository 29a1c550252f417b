public import ConsensusTypes
public import Hashing

extension ForkChoiceStore {
    /// The checks of `on_block` that need no state: worth making before the transition runs.
    public func checkBlock(parentRoot: Root, slot: Slot) throws(ForkChoiceError) {
        guard let parent = positions[parentRoot] else { throw .unknownParent(parentRoot) }
        guard currentSlot >= slot else { throw .futureSlot(slot: slot, current: currentSlot) }
        let finalizedSlot = startSlot(of: finalizedCheckpoint.epoch)
        guard slot > finalizedSlot else { throw .notAfterFinalized(slot: slot, finalized: finalizedSlot) }
        let through = nodes[ancestor(parent, at: finalizedSlot)].root
        guard through == finalizedCheckpoint.root else {
            throw .conflictsWithFinalized(expected: finalizedCheckpoint.root, got: through)
        }
        if nodes[parent].execution == .invalidated { throw .invalidatedParent(parentRoot) }
    }

    /// Spec: `on_block`, after the state transition.
    ///
    /// Doing it twice changes nothing. The weights under the block's checkpoints must have been supplied.
    ///
    /// - Parameters:
    ///   - execution: what the engine said of its payload; a block that it refuses is not taken in.
    public mutating func onBlock(
        _ block: ForkChoiceBlock,
        execution: ExecutionStatus = .notValidated
    ) throws(ForkChoiceError) {
        if execution == .invalidated { throw .invalidatedBlock(block.root) }
        if positions[block.root] != nil { return }
        try checkBlock(parentRoot: block.parentRoot, slot: block.slot)
        guard let parent = positions[block.parentRoot] else { throw .unknownParent(block.parentRoot) }
        for checkpoint in [block.justified, block.unrealizedJustified]
        where checkpoint.epoch > justifiedCheckpoint.epoch && balances[checkpoint] == nil {
            throw .missingBalances(checkpoint)
        }
        // The boost goes to a block on the branch of the head before it.
        let head = try headPosition()
        // Spec: `record_block_timeliness`.
        let isTimely =
            currentSlot == block.slot && timeIntoSlotMs < slotComponentDurationMs(attestationDueBps(block.slot))
        let position = nodes.count
        nodes.append(ForkChoiceNode(block: block, parent: parent, isTimely: isTimely, execution: .notValidated))
        positions[block.root] = position
        let hasNothingToJudge = !nodes[position].hasPayload && nodes[parent].execution == .valid
        if execution == .valid || hasNothingToJudge { markValid(position) }
        updateProposerBoost(head: head, block: position, isTimely: isTimely)
        updateCheckpoints(block.justified, block.finalized)
        // Spec: `compute_pulled_up_tip`.
        updateUnrealizedCheckpoints(block.unrealizedJustified, block.unrealizedFinalized)
        if epoch(of: block.slot) < currentEpoch {
            updateCheckpoints(block.unrealizedJustified, block.unrealizedFinalized)
        }
    }

    private func attestationDueBps(_ slot: Slot) -> UInt64 {
        spec.fork(atSlot: slot) >= .gloas ? spec.config.attestationDueBpsGloas : spec.config.attestationDueBps
    }

    /// Spec: `update_proposer_boost_root`.
    private mutating func updateProposerBoost(head: Int, block: Int, isTimely: Bool) {
        guard isTimely, proposerBoostRoot == Root() else { return }
        let epoch = currentEpoch
        guard shufflingDependentPosition(head, epoch) == shufflingDependentPosition(block, epoch) else { return }
        proposerBoostRoot = nodes[block].root
    }
}
