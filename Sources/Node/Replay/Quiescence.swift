internal import BlockPipeline
internal import Concurrency
internal import ForkTree
internal import Hashing

/// Tells when nothing moves any more: the source has ended, and every block still here waits for one that never came.
///
/// Counts tasks at work: a task counts from the moment its message is handed out until it is reported, but not while
/// it waits for its parent, its parent's payload or, an envelope, its block. A task that was just woken does not count yet,
/// but tree and ledger know it as released.
final class Quiescence: WaitObserver {
    private struct State {
        var working = 0
        var waiting = 0
        var hasSourceEnded = false
        var isGivenUp = false
        var isOutOfTime = false
        var waiter: CheckedContinuation<Bool, Never>?
    }

    private let state = Guarded(State())
    private let tree: ForkTree
    private let payloads: PayloadLedger

    init(chain: Chain) {
        tree = chain.tree
        payloads = chain.payloads
    }

    func enter() { change { $0.working += 1 } }

    func leave() { change { $0.working -= 1 } }

    func willWait(isOrphan: Bool) {
        change { state in
            state.working -= 1
            state.waiting += 1
        }
    }

    func didWait() {
        change { state in
            state.waiting -= 1
            state.working += 1
        }
    }

    /// Tasks that have said they would wait; the tree may not have heard of the latest yet.
    var waiting: Int { state.withLock { $0.waiting } }

    func sourceEnded() { change { $0.hasSourceEnded = true } }

    /// Ends the wait, whatever moves.
    func giveUp() { change { $0.isGivenUp = true } }

    /// Ends the wait if something moves; a source that has ended and does not know it yet is given the time to.
    func runOutOfTime() { change { $0.isOutOfTime = true } }

    /// Returns once nothing moves, or `false` where the wait was ended while something did.
    func untilQuiet() async -> Bool {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiter = continuation }
            change { _ in }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        // The tree is asked under the lock: a task that leaves has told the tree before, so of two that leave at once
        // the second sees all.
        let end = state.withLock { state -> (waiter: CheckedContinuation<Bool, Never>, isQuiet: Bool)? in
            body(&state)
            guard let waiter = state.waiter else { return nil }
            let isQuiet = state.hasSourceEnded && state.working <= 0 && isTreeStill
            let isOutOfTime = state.isOutOfTime && (state.hasSourceEnded || state.working > 0)
            guard isQuiet || isOutOfTime || state.isGivenUp else { return nil }
            state.waiter = nil
            return (waiter, isQuiet)
        }
        if let end { end.waiter.resume(returning: end.isQuiet) }
    }

    private var isTreeStill: Bool {
        if payloads.isStirring { return false }
        let counts = tree.counts()
        let held = payloads.waitingBlocks.keys.filter { tree.state(of: $0) == .stateChild }
        guard counts.stateChild == held.count else { return false }
        // A task that has said that it will wait may not be in the tree's list of waiters yet, and nobody tells when it
        // is. If an ancestor is missing it can only wait; otherwise an event is still to come, as it is for one that
        // has run ahead of its parent.
        guard counts.new > 0 || counts.blockChild > 0 else { return true }
        let nodes = tree.snapshot(isWhole: false).nodes
        var heldBack = Set(held)
        // Parents before children: what is below a block without its payload can only wait, too.
        for node in nodes where heldBack.contains(node.parent) { heldBack.insert(node.root) }
        return nodes.allSatisfy { node in
            (node.state != .new && node.state != .blockChild) || node.isOrphan || heldBack.contains(node.root)
        }
    }
}
