public import ConsensusTypes

extension ForkChoiceStore {
    /// Spec: `get_ancestor`: the block of the branch of `position` at `slot`, or the last before it.
    ///
    /// The tree's base answers for all that lies below it: what was pruned is not asked for by any rule.
    func ancestor(_ position: Int, at slot: Slot) -> Int {
        var position = position
        while nodes[position].slot > slot, let parent = nodes[position].parent { position = parent }
        return position
    }

    /// Spec: `get_ancestor`.
    public func getAncestor(_ root: Root, _ slot: Slot) -> Root? {
        positions[root].map { nodes[ancestor($0, at: slot)].root }
    }

    /// Spec: `get_checkpoint_block`.
    public func getCheckpointBlock(_ root: Root, _ epoch: Epoch) -> Root? {
        getAncestor(root, startSlot(of: epoch))
    }

    /// Whether `descendant` lies on a branch through `ancestor`; a block is its own descendant.
    public func isDescendant(_ descendant: Root, of ancestor: Root) -> Bool {
        guard let from = positions[descendant], let to = positions[ancestor] else { return false }
        return self.ancestor(from, at: nodes[to].slot) == to
    }

    /// Spec: `get_shuffling_dependent_root`.
    func shufflingDependentPosition(_ position: Int, _ epoch: Epoch) -> Int {
        let lookahead = epoch > spec.preset.minSeedLookahead ? epoch - spec.preset.minSeedLookahead : 0
        let start = startSlot(of: lookahead)
        return ancestor(position, at: start > 0 ? start - 1 : 0)
    }
}
