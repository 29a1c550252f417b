internal import Concurrency
public import ConsensusTypes
internal import ForkChoice
internal import Hashing
internal import SSZ
internal import StateTransition

/// The state of one block carried over the slots to the start of an epoch, before a block asks for it.
///
/// Only the latest is kept: the head's. A block that finds none, or another's, carries its parent's state over itself.
final class PreparedState: Sendable {
    private struct Entry {
        let root: Root
        let state: BeaconState
    }

    private let entry = Guarded<Entry?>(nil)

    /// The state after `root`, already nearer to `slot`.
    func state(after root: Root, towards slot: Slot) -> BeaconState? {
        entry.withLock { entry in
            guard let entry, entry.root == root, entry.state.slot <= slot else { return nil }
            return entry.state
        }
    }

    func isReady(_ root: Root, at slot: Slot) -> Bool {
        entry.withLock { $0?.root == root && $0?.state.slot == slot }
    }

    func keep(_ state: BeaconState, after root: Root) {
        entry.withLock { $0 = Entry(root: root, state: state) }
    }
}

extension Chain {
    /// Carries the head's state over the boundary before `epoch`, for the first block of that epoch to find.
    ///
    /// Does nothing where that is done, or where the head is in that epoch already; `true` where a state was made. One
    /// call at a time: whoever drives it does so from one task.
    public func prepare(epoch: Epoch) async throws -> Bool {
        let (start, overflow) = epoch.multipliedReportingOverflow(by: spec.preset.slotsPerEpoch)
        let head = choice.snapshot.head
        guard !overflow, head.slot < start, !prepared.isReady(head.root, at: start) else { return false }
        let post = try await states.state(after: head.root)
        guard post.state.slot < start, start - post.state.slot <= limits.emptySlots else { return false }
        let state = try await states.onExecutor { [rules] in
            let transition = Transition(
                state: post.state,
                spec: rules.spec,
                caches: rules.caches,
                engine: rules.engine,
                signatures: .trust
            )
            return try transition.prepared(for: start).state
        }
        prepared.keep(state, after: head.root)
        return true
    }
}
