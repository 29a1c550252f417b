public import ConsensusTypes

extension ForkChoiceStore {
    /// Spec: `get_ancestor`: the block of the branch of `position` at `slot`, or the last before it.
    func ancestor(_ position: Int, at slot: Slot) -> Int { nodes.ancestor(position, at: slot) }

    /// Spec: `get_ancestor`.
    public func getAncestor(_ root: Root, _ slot: Slot) -> Root? {
        find(root).map { nodes[ancestor($0, at: slot)].root }
    }

    /// Spec: `get_ancestor` (gloas): the block at `slot`, and whether the chain of `node` has its payload.
    public func getAncestor(_ node: PayloadNode, _ slot: Slot) -> PayloadNode? {
        guard let position = find(node.root) else { return nil }
        let found = ancestor(position, at: slot)
        let status = lines.step(from: found, toward: position).map { nodes[$0].parentStatus } ?? node.payloadStatus
        return PayloadNode(root: nodes[found].root, payloadStatus: status)
    }

    /// Spec: `is_ancestor` (gloas); `false` where one of the two is not known.
    public func isAncestor(_ node: PayloadNode, _ ancestor: PayloadNode) -> Bool {
        guard let slot = find(ancestor.root).map({ nodes[$0].slot }), let found = getAncestor(node, slot) else {
            return false
        }
        return found.root == ancestor.root
            && (found.payloadStatus == ancestor.payloadStatus || ancestor.payloadStatus == .pending)
    }

    /// Spec: `get_checkpoint_block`.
    public func getCheckpointBlock(_ root: Root, _ epoch: Epoch) -> Root? {
        getAncestor(root, startSlot(of: epoch))
    }

    /// Whether `descendant` lies on a branch through `ancestor`; a block is its own descendant.
    public func isDescendant(_ descendant: Root, of ancestor: Root) -> Bool {
        guard let from = find(descendant), let to = find(ancestor) else { return false }
        return self.ancestor(from, at: nodes[to].slot) == to
    }

    /// Spec: `compute_shuffling_dependent_slot`.
    func shufflingDependentSlot(_ epoch: Epoch) -> Slot {
        let lookahead = epoch > spec.preset.minSeedLookahead ? epoch - spec.preset.minSeedLookahead : 0
        let start = startSlot(of: lookahead)
        return start > 0 ? start - 1 : 0
    }

    /// Spec: `get_shuffling_dependent_root`.
    func shufflingDependentPosition(_ position: Int, _ epoch: Epoch) -> Int {
        ancestor(position, at: shufflingDependentSlot(epoch))
    }

    /// Spec: `get_shuffling_dependent_root`.
    public func getShufflingDependentRoot(_ root: Root, _ epoch: Epoch) -> Root? {
        find(root).map { nodes[shufflingDependentPosition($0, epoch)].root }
    }

    /// Whether a block on `parent`, later than the finalized slot, descends from the finalized checkpoint.
    func isOnFinalized(childOf parent: Int) -> Bool {
        if finalizedCheckpoint.epoch == 0 || nodes[parent].slot > startSlot(of: finalizedCheckpoint.epoch) {
            return nodes.standings[parent].isOnFinalized
        }
        return nodes[parent].root == finalizedCheckpoint.root
    }

    /// Marks the blocks that descend from the finalized checkpoint, which has moved.
    mutating func markFinalizedBranches() {
        branches.isStale = true
        let slot = startSlot(of: finalizedCheckpoint.epoch)
        for i in nodes.indices {
            if nodes[i].slot > slot, let parent = nodes[i].parent {
                nodes.standings[i].isOnFinalized = nodes.standings[parent].isOnFinalized
            } else {
                nodes.standings[i].isOnFinalized = nodes[i].root == finalizedCheckpoint.root
            }
        }
    }
}
