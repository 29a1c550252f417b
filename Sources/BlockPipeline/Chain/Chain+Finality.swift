internal import ConsensusTypes
internal import ForkTree
internal import Hashing

extension Chain {
    /// Lets go of what finality has decided against, and has the finalized block's state made the store's new beginning.
    ///
    /// Called in the task of the block that moved finality, after its children were woken; the state is written behind
    /// it. A crash before that leaves the earlier beginning, which is as good.
    func finalize(_ checkpoint: Checkpoint, pruned: [Root]) {
        states.cache.remove(pruned)
        tree.prune(finalized: checkpoint.root)
        recorder.record(checkpoint)
    }

    /// What was written of finalized states since the chain was opened.
    public var stateTally: StateTally { recorder.tally }

    /// Waits until the states of all that is final so far are written down.
    public func settleStates() async { await recorder.settle() }
}
