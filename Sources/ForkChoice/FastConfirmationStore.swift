public import ConsensusTypes
public import Hashing

/// What the fast confirmation rule remembers from slot to slot.
///
/// A block is confirmed when it stays on the canonical chain as long as votes arrive within their slot and no more than
/// `CONFIRMATION_BYZANTINE_THRESHOLD` percent of the validators are dishonest. The rule reads the fork-choice store and,
/// as a `FastConfirmationView`, a little of the head's state; it changes neither.
///
/// Spec: `FastConfirmationStore`.
public struct FastConfirmationStore: Sendable {
    public internal(set) var confirmedRoot: Root
    public internal(set) var previousEpochObservedJustifiedCheckpoint: Checkpoint
    public internal(set) var currentEpochObservedJustifiedCheckpoint: Checkpoint
    public internal(set) var previousEpochGreatestUnrealizedCheckpoint: Checkpoint
    public internal(set) var previousSlotHead: Root
    public internal(set) var currentSlotHead: Root

    /// Spec: `get_previous_balance_source`.
    private(set) var previousBalances: ActiveBalances
    /// Spec: `get_current_balance_source`.
    private(set) var currentBalances: ActiveBalances
    /// The weights under the greatest unrealized checkpoint, kept because the store may drop them before they are used.
    private var greatestBalances: ActiveBalances

    /// Spec: `get_fast_confirmation_store`: made together with the fork-choice store, from the same anchor.
    public init(_ store: ForkChoiceStore) throws(ForkChoiceError) {
        let finalized = store.finalizedCheckpoint
        guard let weights = store.balances[finalized] else { throw .missingBalances(finalized) }
        confirmedRoot = finalized.root
        previousEpochObservedJustifiedCheckpoint = finalized
        currentEpochObservedJustifiedCheckpoint = finalized
        previousEpochGreatestUnrealizedCheckpoint = finalized
        previousSlotHead = finalized.root
        currentSlotHead = finalized.root
        previousBalances = weights
        currentBalances = weights
        greatestBalances = weights
    }

    /// Spec: `on_fast_confirmation`: once a slot, when the votes of the slots before have been counted.
    ///
    /// An error changes nothing, so that the call may be repeated with a newer view.
    public mutating func onFastConfirmation(
        _ store: inout ForkChoiceStore,
        _ view: FastConfirmationView
    ) throws(ForkChoiceError) {
        var next = self
        try next.updateVariables(&store)
        next.confirmedRoot = try next.getLatestConfirmed(&store, view)
        self = next
    }

    /// Spec: `update_fast_confirmation_variables`.
    public mutating func updateVariables(_ store: inout ForkChoiceStore) throws(ForkChoiceError) {
        let head = try store.getHead().root
        let slot = store.currentSlot
        if store.isStartOfEpoch(slot &+ 1) {
            let greatest = store.unrealizedJustifiedCheckpoint
            guard let weights = store.balances[greatest] else { throw .missingBalances(greatest) }
            previousEpochGreatestUnrealizedCheckpoint = greatest
            greatestBalances = weights
        }
        previousSlotHead = currentSlotHead
        currentSlotHead = head
        if store.isStartOfEpoch(slot) {
            previousEpochObservedJustifiedCheckpoint = currentEpochObservedJustifiedCheckpoint
            previousBalances = currentBalances
            currentEpochObservedJustifiedCheckpoint = previousEpochGreatestUnrealizedCheckpoint
            currentBalances = greatestBalances
        }
    }

    /// Spec: `get_latest_confirmed`.
    public func getLatestConfirmed(
        _ store: inout ForkChoiceStore,
        _ view: FastConfirmationView
    ) throws(ForkChoiceError) -> Root {
        var rule = try FastConfirmationRule(self, &store, view)
        return try rule.getLatestConfirmed()
    }

    /// Spec: `get_safe_execution_block_hash`: of the payload that an execution engine may call safe.
    public func getSafeExecutionBlockHash(_ store: ForkChoiceStore) -> Hash32 {
        // A confirmed block older than the finalized one may have been pruned; the base speaks for it.
        let safe = store.find(confirmedRoot) ?? store.find(store.finalizedCheckpoint.root)
        guard let safe else { return Hash32() }
        let node = store.nodes[safe]
        // Since gloas a block vouches for the payload it builds on, and not for its own.
        return node.hasSeparatePayload ? store.nodes.parentExecutionBlockHash(at: safe) : node.executionBlockHash
    }

    /// Spec: `get_restart_resilient_confirmed_root`: of the block confirmed now and the one before a restart, the later
    /// that can be relied on.
    ///
    /// - Parameters:
    ///   - before: what was confirmed before the restart; votes must have come in time for three epochs since.
    public func getRestartResilientConfirmedRoot(
        _ store: inout ForkChoiceStore,
        before: Root
    ) throws(ForkChoiceError) -> Root {
        guard let old = store.find(before), let now = store.find(confirmedRoot) else { return confirmedRoot }
        let slot = store.nodes[old].slot
        guard slot > store.nodes[now].slot, !shouldBeFinalized(slot, store) else { return confirmedRoot }
        let head = try store.getHead().root
        return store.isDescendant(head, of: before) ? before : confirmedRoot
    }

    /// Spec: `block_should_be_finalized`.
    private func shouldBeFinalized(_ slot: Slot, _ store: ForkChoiceStore) -> Bool {
        let next = store.epoch(of: slot &+ store.spec.preset.slotsPerEpoch &- 1)
        return store.startSlot(of: next &+ 2) <= store.currentSlot
    }
}

extension ForkChoiceStore {
    /// Spec: `is_start_slot_at_epoch`.
    func isStartOfEpoch(_ slot: Slot) -> Bool { slot % spec.preset.slotsPerEpoch == 0 }
}
