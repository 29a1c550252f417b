internal import ConsensusTypes
internal import ForkTree
internal import Hashing

extension Chain {
    /// Lets go of what finality has decided against, and has the finalized block's state made the store's new beginning.
    ///
    /// Called in the task of the block that moved finality, after its children were woken; the state is written behind
    /// it. A crash before that leaves the earlier beginning, which is as good.
    func finalize(_ checkpoint: Checkpoint, pruned: [Root]) {
        // The kept states that the next are made from stay, counted with the others.
        states.cache.remove(recorder.withoutRungs(pruned))
        tree.prune(finalized: checkpoint.root)
        recorder.record(checkpoint)
    }

    /// Has the state of a block kept where it is the first in a while that finality has not reached.
    ///
    /// Called when its children were woken; without, what lies behind it would be replayed from ever further back.
    func keepUnfinalized(_ post: PostState) {
        guard recorder.isDue(post, finalized: choice.snapshot.finalized.epoch) else { return }
        recorder.keep(post.blockRoot)
    }

    /// What was written of states since the chain was opened.
    public var stateTally: StateTally { recorder.tally }

    /// Waits until the states of all that is final so far are written down.
    public func settleStates() async { await recorder.settle() }
}
