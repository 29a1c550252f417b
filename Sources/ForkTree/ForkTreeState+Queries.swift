internal import Hashing

extension ForkTreeState {
    func node(_ root: Bytes32) -> ForkTreeNode? {
        guard let node = nodes[root], let state = lifecycle(of: node) else { return nil }
        return ForkTreeNode(
            root: root,
            slot: node.slot,
            parent: node.parent,
            state: state,
            children: node.children.sorted(),
            copies: node.copies.count,
            waiters: node.copies.values.reduce(0) { $0 + $1.waiters.count },
            isOrphan: node.isOrphan
        )
    }

    /// The state of a root in the tree, or what is remembered against it.
    func state(of root: Bytes32) -> Lifecycle? {
        if nodes.isIncluded(root) { return .included }
        if let node = nodes[root], let state = lifecycle(of: node) { return state }
        if let known = invalidRoots[root] { return .invalid(known.reason, at: known.stage) }
        return prunedRoots[root] == nil ? nil : .evicted(.finality)
    }

    func counts() -> ForkTreeCounts {
        var counts = ForkTreeCounts()
        // Included blocks have no copies under way.
        counts.included = nodes.includedCount
        for (_, node) in nodes.unsettled(where: { _ in true }) {
            counts.live += node.copies.count
            switch lifecycle(of: node) {
            case nil: counts.missing += 1
            case .new: counts.new += 1
            case .pending: counts.pending += 1
            case .child: counts.child += 1
            case .blockChild: counts.blockChild += 1
            case .stateChild: counts.stateChild += 1
            case .included, .invalid, .expired, .duplicate, .evicted: break
            }
        }
        counts.outstandingFetches = outstanding.count
        counts.waiters = waiters.count
        counts.waitingBytes = waitingBytes
        return counts
    }

    /// The first rule the value breaks, or `nil`: for tests after every step.
    func checkInvariants() -> String? {
        var (waiting, bytes, live, ahead) = (0, 0, 0, 0)
        for (root, node) in nodes.entries {
            if nodes.isIncluded(root) != (node.standing == .included) { return "\(root.short): misplaced" }
            if nodes.standing(of: root) != node.standing || nodes.slot(of: root) != node.slot
                || nodes.parent(of: root) != node.parent
            {
                return "\(root.short): told in two ways"
            }
            let open = node.children.filter { !nodes.isIncluded($0) }
            if nodes.openChildren(of: root) != open { return "\(root.short): open children differ" }
            for child in node.children {
                guard let below = nodes[child], below.standing != .missing, below.parent == root else {
                    return "\(root.short) lists \(child.short), which is not its child"
                }
            }
            for (signature, copy) in node.copies {
                live += 1
                waiting += copy.waiters.count
                if copy.phase == .waiting { bytes += copy.bytes }
                if (copy.phase == .waiting) != !copy.waiters.isEmpty { return "\(root.short): phase without waiter" }
                let key = CopyKey(root: root, signature: signature)
                for id in copy.waiters where waiters[id]?.key != key { return "\(root.short): lost waiter \(id)" }
                if copy.lead == .ahead {
                    ahead += 1
                    if !mayCarry(node.parent) { return "\(root.short) is ahead of nothing" }
                }
            }
            if let broken = checkStanding(root, node) { return broken }
        }
        if waiting != waiters.count { return "\(waiters.count) waiters, \(waiting) in copies" }
        if bytes != waitingBytes { return "\(waitingBytes) bytes waiting, \(bytes) in copies" }
        if ahead != aheadCopies { return "\(aheadCopies) ahead, \(ahead) in copies" }
        if ahead > limits.aheadBlocks { return "\(ahead) ahead" }
        if waiting > limits.waiting || bytes > limits.waitingBytes { return "over a bound" }
        for root in outstanding where nodes[root]?.standing != .missing { return "\(root.short) asked for but here" }
        let s = statistics
        let ended =
            s.included + s.invalid + s.expired + s.duplicate + s.evictedForCapacity + s.evictedForFinality
            + s.evictedByShutdown + s.withdrawn
        return s.inserted == ended + UInt64(live) ? nil : "\(s.inserted) taken in, \(ended) ended, \(live) live"
    }

    private func checkStanding(_ root: Bytes32, _ node: Node) -> String? {
        switch node.standing {
        case .missing:
            let isSound = !node.children.isEmpty && node.copies.isEmpty && node.isOrphan
            return isSound ? nil : "missing \(root.short) is unsound"
        case .included where root == treeRoot: return node.copies.isEmpty ? nil : "copies of the tree's root"
        case .open, .transitioned, .included:
            guard let parent = nodes[node.parent], parent.children.contains(root) else {
                return "\(root.short) hangs loose"
            }
            if parent.isOrphan != node.isOrphan { return "\(root.short): orphan mark differs from its parent's" }
            if parent.standing != .missing && parent.slot >= node.slot { return "\(root.short): slot before parent" }
            if node.standing == .included {
                return parent.standing == .included && node.copies.isEmpty ? nil : "included \(root.short) is unsound"
            }
            if node.copies.isEmpty { return "open \(root.short) has no copy" }
            let hasState = node.copies.values.contains { $0.hasState }
            if hasState != (node.standing == .transitioned) { return "\(root.short): standing and states differ" }
            if hasState, parent.standing != .included, !node.copies.values.contains(where: { $0.lead == .ahead }) {
                return "\(root.short) has a state made on nothing"
            }
            let waits = node.copies.values.contains { $0.phase == .waiting }
            if waits && parent.standing == .included { return "\(root.short) waits for an included parent" }
            let released = node.copies.values.contains { $0.phase == .released }
            return released && parent.standing != .included ? "\(root.short) released too early" : nil
        }
    }
}
