public import ConsensusTypes
public import Hashing

extension ForkChoiceStore {
    /// The checks of `on_block` that need no state: worth making before the transition runs.
    ///
    /// - Parameters:
    ///   - parentBlockHash: `parent_block_hash` of the block's bid, from gloas on.
    public func checkBlock(parentRoot: Root, slot: Slot, parentBlockHash: Hash32) throws(ForkChoiceError) {
        guard let parent = find(parentRoot) else { throw .unknownParent(parentRoot) }
        let isOnPayload = parentStatus(parent, parentBlockHash: parentBlockHash) == .full
        if isOnPayload, nodes.standings[parent].payloadExecution == .invalidated {
            throw .invalidatedParent(parentRoot)
        }
        if isOnPayload, !nodes.standings[parent].isPayloadVerified {
            throw .payloadNotVerified(parentRoot)
        }
        guard currentSlot >= slot else { throw .futureSlot(slot: slot, current: currentSlot) }
        let finalizedSlot = startSlot(of: finalizedCheckpoint.epoch)
        guard slot > finalizedSlot else { throw .notAfterFinalized(slot: slot, finalized: finalizedSlot) }
        guard isOnFinalized(childOf: parent) else {
            let through = nodes[ancestor(parent, at: finalizedSlot)].root
            throw .conflictsWithFinalized(expected: finalizedCheckpoint.root, got: through)
        }
        if nodes.standings[parent].execution == .invalidated { throw .invalidatedParent(parentRoot) }
    }

    /// Spec: `on_block`, after the state transition.
    ///
    /// Doing it twice changes nothing. The weights under the block's checkpoints must have been supplied. The block's
    /// attestations, slashings and payload attestations are handed in afterwards.
    ///
    /// - Parameters:
    ///   - execution: what the engine said of its payload; a block that it refuses is not taken in. From gloas on the
    ///     payload comes later and nothing is said.
    ///   - committees: of the block's slot, needed from gloas on; of a block before gloas those of the slot serve, too,
    ///     when a gloas block follows in the next slot.
    public mutating func onBlock(
        _ block: ForkChoiceBlock,
        execution: ExecutionStatus = .notValidated,
        committees: BlockCommittees? = nil
    ) throws(ForkChoiceError) {
        if execution == .invalidated { throw .invalidatedBlock(block.root) }
        if find(block.root) != nil { return }
        try checkBlock(
            parentRoot: block.parentRoot,
            slot: block.slot,
            parentBlockHash: block.parentExecutionBlockHash
        )
        guard let parent = find(block.parentRoot) else { throw .unknownParent(block.parentRoot) }
        for checkpoint in [block.justified, block.unrealizedJustified]
        where checkpoint.epoch > justifiedCheckpoint.epoch && balances[checkpoint] == nil {
            throw .missingBalances(checkpoint)
        }
        let hasSeparatePayload = spec.fork(atSlot: block.slot) >= .gloas
        if hasSeparatePayload { try requireCommittees(committees, of: block) }
        // Spec: `record_block_timeliness`.
        let isOfCurrentSlot = currentSlot == block.slot
        let isTimely = isOfCurrentSlot && timeIntoSlotMs < slotComponentDurationMs(attestationDueBps(block.slot))
        // The boost goes to a block on the branch of the head before it; for one that cannot have it no head is found.
        let head = isTimely && proposerBoostRoot == Root() ? try headPosition().block : nil
        let position = nodes.count
        let traits = BlockTraits(
            isTimely: isTimely,
            isTimelyForPTC: isOfCurrentSlot
                && timeIntoSlotMs < slotComponentDurationMs(spec.config.payloadAttestationDueBps),
            parentStatus: parentStatus(parent, parentBlockHash: block.parentExecutionBlockHash),
            hasSeparatePayload: hasSeparatePayload
        )
        var standing = BlockStanding(hasSeparatePayload: hasSeparatePayload)
        standing.isOnFinalized = isOnFinalized(childOf: parent)
        nodes.append(block, parent: parent, traits: traits, standing: standing)
        linkChild(position)
        remember(committees, of: nodes[position])
        if hasSeparatePayload {
            nodes.standings[position].execution = inheritedExecution(position)
        } else if execution == .valid || !nodes[position].hasPayload && nodes.standings[parent].execution == .valid {
            markValid(position)
        }
        if let head { updateProposerBoost(head: head, block: position) }
        updateCheckpoints(block.justified, block.finalized)
        // Spec: `compute_pulled_up_tip`.
        updateUnrealizedCheckpoints(block.unrealizedJustified, block.unrealizedFinalized)
        if epoch(of: block.slot) < currentEpoch {
            updateCheckpoints(block.unrealizedJustified, block.unrealizedFinalized)
        }
    }

    private func requireCommittees(
        _ committees: BlockCommittees?,
        of block: ForkChoiceBlock
    ) throws(ForkChoiceError) {
        guard let committees else { throw .missingCommittees(block.root) }
        guard UInt64(committees.ptc.count) == spec.preset.ptcSize else {
            throw .payloadCommitteeSize(expected: spec.preset.ptcSize, got: committees.ptc.count)
        }
    }

    private mutating func remember(_ committees: BlockCommittees?, of node: BlockFacts) {
        guard let committees else { return }
        if node.hasSeparatePayload {
            payloadVotes[node.root] = PayloadVotes(ptc: committees.ptc, size: committees.ptc.count)
        }
        if node.slot &+ 1 >= currentSlot { slotCommittees[node.root] = committees.slot }
    }

    private func attestationDueBps(_ slot: Slot) -> UInt64 {
        spec.fork(atSlot: slot) >= .gloas ? spec.config.attestationDueBpsGloas : spec.config.attestationDueBps
    }
}
