internal import ConsensusTypes
internal import Hashing

/// The way from the block confirmed before to the latest that is confirmed now.
///
/// A root that was pruned names a block that finality has decided: one below the finalized block counts as too old, one
/// beside it as not canonical, and both are what the rule would find.
extension FastConfirmationRule {
    /// Spec: `get_latest_confirmed`.
    mutating func getLatestConfirmed() throws(ForkChoiceError) -> Root {
        guard let finalized = store.find(finalizedRoot) else { throw .missingNode(finalizedRoot) }
        var confirmed = try stillConfirmed() ?? finalized
        if let observed = store.find(memory.currentEpochObservedJustifiedCheckpoint.root),
            isEpochStart,
            epoch(observed) &+ 1 == currentEpoch,
            memory.currentEpochObservedJustifiedCheckpoint == unrealizedJustified(head),
            slot(confirmed) < slot(observed)
        {
            confirmed = observed
        }
        if epoch(confirmed) &+ 1 >= currentEpoch {
            confirmed = try findLatestConfirmedDescendant(confirmed)
        }
        return store.nodes[confirmed].root
    }

    /// The block confirmed before, unless the rule's assumptions have failed it.
    private mutating func stillConfirmed() throws(ForkChoiceError) -> Int? {
        guard let confirmed = store.find(memory.confirmedRoot), epoch(confirmed) &+ 1 >= currentEpoch,
            isAncestor(head, confirmed)
        else { return nil }
        if isEpochStart { return try isConfirmedChainSafe(confirmed) ? confirmed : nil }
        return confirmed
    }

    /// Spec: `is_confirmed_chain_safe`.
    private mutating func isConfirmedChainSafe(_ confirmed: Int) throws(ForkChoiceError) -> Bool {
        let observed = memory.currentEpochObservedJustifiedCheckpoint
        let through = store.ancestor(confirmed, at: store.startSlot(of: observed.epoch))
        guard store.nodes[through].root == observed.root else { return false }
        for block in chain(to: confirmed, from: reconfirmationStart(confirmed, justified: through)) {
            guard try isOneConfirmed(block, memory.previousBalances) else { return false }
        }
        return true
    }

    /// The block behind which the confirmed chain is confirmed once more.
    private func reconfirmationStart(_ confirmed: Int, justified: Int) -> Int {
        if memory.currentEpochObservedJustifiedCheckpoint.epoch &+ 1 >= currentEpoch { return justified }
        let before = store.ancestor(confirmed, at: store.startSlot(of: currentEpoch - 1))
        // The first block of the previous epoch is to be confirmed too.
        if epoch(before) &+ 1 == currentEpoch, let parent = store.nodes[before].parent { return parent }
        return before
    }

    /// Spec: `find_latest_confirmed_descendant`.
    private mutating func findLatestConfirmedDescendant(_ latest: Int) throws(ForkChoiceError) -> Int {
        var confirmed = latest
        if let previousHead = store.find(memory.previousSlotHead),
            try mayAdvanceInPreviousEpoch(confirmed, previousHead)
        {
            for block in chain(to: head, from: confirmed) {
                guard epoch(block) != currentEpoch, isAncestor(previousHead, block),
                    try isOneConfirmed(block, memory.currentBalances)
                else { break }
                confirmed = block
            }
        }
        guard isEpochStart || unrealizedJustified(head).epoch &+ 1 >= currentEpoch else { return confirmed }
        let tentative = try advanceTentatively(confirmed)
        if epoch(tentative) == currentEpoch { return tentative }
        guard votingSource(tentative).epoch &+ 2 >= currentEpoch else { return confirmed }
        let isSafe = isEpochStart ? true : try willNoConflictingCheckpointBeJustified()
        return isSafe ? tentative : confirmed
    }

    /// Whether blocks of the previous epoch can be confirmed on the word of the last slot's head.
    private mutating func mayAdvanceInPreviousEpoch(
        _ confirmed: Int,
        _ previousHead: Int
    ) throws(ForkChoiceError) -> Bool {
        guard epoch(confirmed) &+ 1 == currentEpoch, votingSource(previousHead).epoch &+ 2 >= currentEpoch else {
            return false
        }
        if isEpochStart { return true }
        guard try willNoConflictingCheckpointBeJustified() else { return false }
        return unrealizedJustified(previousHead).epoch &+ 1 >= currentEpoch
            || unrealizedJustified(head).epoch &+ 1 >= currentEpoch
    }

    /// The last block in a row that is safe, without regard to what another justified checkpoint could undo.
    private mutating func advanceTentatively(_ confirmed: Int) throws(ForkChoiceError) -> Int {
        var tentative = confirmed
        for block in chain(to: head, from: confirmed) {
            // Into the current epoch only when its target is going to be justified.
            if epoch(block) > epoch(tentative), !(try willCurrentTargetBeJustified()) { break }
            guard try isOneConfirmed(block, memory.currentBalances) else { break }
            tentative = block
        }
        return tentative
    }
}
