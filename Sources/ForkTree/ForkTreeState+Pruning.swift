internal import Hashing

extension ForkTreeState {
    /// Makes an included block the tree's root and drops what does not descend from it.
    ///
    /// Blocks with a missing ancestor stay if their slot is after the finalized one: they may turn out to descend.
    mutating func prune(to root: Bytes32, _ effects: inout Effects) -> PruneReport? {
        guard nodes.isIncluded(root), let last = nodes.slot(of: root), let above = nodes.parent(of: root) else {
            return nil
        }
        var report = PruneReport()
        if root == treeRoot { return report }
        var line = above
        while nodes.isIncluded(line), let parent = nodes.parent(of: line) {
            report.canonical.append(line)
            if line == treeRoot { break }
            line = parent
        }
        let canonical = Set(report.canonical)
        treeRoot = root
        finalizedSlot = last
        // Cut the finalized block off, then drop what is left above and beside it.
        nodes.unlink(root, from: above)
        var ended: [Bytes32] = []
        for old in report.canonical {
            guard let node = nodes.removeValue(forKey: old) else { continue }
            ended += node.children.subtracting(canonical)
        }
        let conflict = ReadyOutcome.invalid(.conflictsWithFinality, at: .awaitParent)
        let before = statistics.invalid
        for branch in ended {
            remember(branch, invalid: .conflictsWithFinality, at: .awaitParent)
            report.abandoned += endSubtree(branch, own: conflict, descendants: conflict, &effects)
        }
        let late = nodes.unsettled { $0.isOrphan && $0.standing != .missing && $0.slot <= last }
        for orphan in late.sorted(by: { ($0.value.slot, $0.key) < ($1.value.slot, $1.key) })
        where nodes[orphan.key] != nil {
            // What hangs below has a parent at or before the finalized slot that is not the finalized block.
            endSubtree(orphan.key, own: .evicted(.finality), descendants: conflict, &effects)
        }
        report.ended = Int(clamping: statistics.invalid - before)
        for root in report.canonical { remember(root, invalid: .conflictsWithFinality, at: .awaitParent) }
        nodes.compact()
        statistics.pruned += UInt64(report.canonical.count + report.abandoned.count)
        return report
    }

    /// Ends every copy; included blocks stay for those who still ask.
    mutating func close(_ effects: inout Effects) {
        isClosed = true
        let open = nodes.unsettled { $0.standing == .open || $0.standing == .transitioned }
        for (root, _) in open where nodes[root] != nil {
            endSubtree(root, own: .evicted(.shutdown), descendants: .evicted(.shutdown), &effects)
        }
    }
}
