internal import Hashing

extension ForkTreeState {
    mutating func include(_ ticket: BlockTicket, _ effects: inout Effects) -> ResolveOutcome {
        guard let node = nodes[ticket.root], let copy = node.copies[ticket.signature] else {
            return .superseded(end(of: ticket))
        }
        guard nodes.isIncluded(node.parent) else {
            return .superseded(lifecycle(of: copy, below: node.parent))
        }
        nodes[ticket.root]?.copies = [:]
        nodes.settle(ticket.root)
        // Nobody waits any more below an included parent; the other copies learn their end when they next ask.
        for (signature, other) in node.copies where signature != ticket.signature {
            finish(other, .duplicate, &effects)
        }
        finish(copy, .included, &effects)
        release(node.children, &effects)
        shortenLead(below: ticket.root, &effects)
        return .applied
    }

    /// Wakes everyone who waits below an included block, first come first woken.
    private mutating func release(_ children: Set<Bytes32>, _ effects: inout Effects) {
        var ids: [UInt64] = []
        for child in children { nodes[child]?.release(&ids, &waitingBytes, &aheadCopies) }
        for id in ids { waiters[id] = nil }
        statistics.released += UInt64(ids.count)
        effects.wakes += ids.sorted().map { ($0, .ready(.included)) }
    }

    mutating func reject(
        _ ticket: BlockTicket,
        _ reason: InvalidReason,
        at stage: Stage,
        _ effects: inout Effects
    ) -> ResolveOutcome {
        let key = CopyKey(root: ticket.root, signature: ticket.signature)
        guard reason.scope == .copy else {
            // A root that went through with another copy is overturned by `invalidate` only, not by a late copy.
            if nodes.isIncluded(key.root) { return .superseded(.duplicate) }
            return invalidate(ticket.root, reason, at: stage, &effects)
        }
        if badCopies.insert(Verdict(reason: reason, stage: stage), for: key) { statistics.forgottenBadCopies += 1 }
        guard nodes[key.root]?.copies[key.signature] != nil else { return .superseded(end(of: ticket)) }
        remove(key, .invalid(reason, at: stage), &effects)
        return .applied
    }

    /// Condemns a root and everything below it, even if included before or not known at all.
    ///
    /// The finalized block is beyond reach, and a fault of one copy does not condemn a root.
    mutating func invalidate(
        _ root: Bytes32,
        _ reason: InvalidReason,
        at stage: Stage,
        _ effects: inout Effects
    ) -> ResolveOutcome {
        if isClosed { return .superseded(.evicted(.shutdown)) }
        if root == treeRoot { return .superseded(.included) }
        if let known = invalidRoots[root] { return .superseded(.invalid(known.reason, at: known.stage)) }
        guard reason.scope == .block else {
            return .superseded(nodes[root].flatMap { lifecycle(of: $0) } ?? .new)
        }
        condemn(root, reason, at: stage, &effects)
        return .applied
    }

    mutating func condemn(_ root: Bytes32, _ reason: InvalidReason, at stage: Stage, _ effects: inout Effects) {
        remember(root, invalid: reason, at: stage)
        let overturned = endSubtree(
            root,
            own: .invalid(reason, at: stage),
            descendants: .invalid(reason.inherited(from: root), at: .awaitParent),
            &effects
        )
        statistics.overturned += UInt64(overturned.count)
    }
}

extension ForkTreeState.Node {
    /// Lets every waiting copy go, in place: this runs once per child under the lock.
    fileprivate mutating func release(_ ids: inout [UInt64], _ waitingBytes: inout Int, _ ahead: inout Int) {
        var index = copies.values.startIndex
        while index != copies.values.endIndex {
            copies.values[index].release(&ids, &waitingBytes)
            if copies.values[index].lead == .ahead { ahead -= 1 }
            copies.values[index].lead = .none
            index = copies.values.index(after: index)
        }
    }
}

extension ForkTreeState.Copy {
    fileprivate mutating func release(_ ids: inout [UInt64], _ waitingBytes: inout Int) {
        guard phase == .waiting else { return }
        waitingBytes -= bytes
        ids += waiters
        phase = .released
        waiters = []
    }
}
