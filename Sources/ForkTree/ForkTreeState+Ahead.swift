internal import Hashing

// Running ahead: a block's transition needs its parent's post-state, not its parent's inclusion. Lines of such blocks
// are bounded in length, all together in number; a block that is ahead falls back when the parent it built on is given
// up, and ends like every other when the parent is found invalid.

extension ForkTreeState {
    /// Says that the block's post-state is made: its children may go ahead.
    mutating func offerState(_ ticket: BlockTicket, _ effects: inout Effects) -> ResolveOutcome {
        guard let node = nodes[ticket.root], let copy = node.copies[ticket.signature] else {
            return .superseded(end(of: ticket))
        }
        guard nodes.isIncluded(node.parent) || copy.lead == .ahead else {
            return .superseded(lifecycle(of: copy, below: node.parent))
        }
        nodes[ticket.root]?.copies[ticket.signature]?.hasState = true
        nodes[ticket.root]?.standing = .transitioned
        letGoAhead(candidates(below: ticket.root), &effects)
        return .applied
    }

    /// Whether the line that ends in `parent` is one that a block may be ahead of: all of it transitioned, and short.
    func mayCarry(_ parent: Bytes32) -> Bool {
        var (root, depth) = (parent, 0)
        while let standing = nodes.standing(of: root), let above = nodes.parent(of: root) {
            if standing == .included { return depth > 0 }
            depth += 1
            guard standing == .transitioned, depth <= limits.aheadDepth else { return false }
            root = above
        }
        return false
    }

    /// Whether one more block may go ahead of `parent`.
    func maySupport(_ parent: Bytes32) -> Bool {
        aheadCopies < limits.aheadBlocks && mayCarry(parent)
    }

    mutating func goAhead(_ key: CopyKey) {
        nodes[key.root]?.copies[key.signature]?.lead = .ahead
        aheadCopies += 1
        statistics.wentAhead += 1
    }

    /// Those below a block who wait and want to go ahead, if its line may carry them.
    private func candidates(below parent: Bytes32) -> [(id: UInt64, key: CopyKey)] {
        guard let children = nodes[parent]?.children, maySupport(parent) else { return [] }
        var found: [(id: UInt64, key: CopyKey)] = []
        for child in children {
            for (signature, copy) in nodes[child]?.copies ?? [:] where copy.phase == .waiting && copy.lead == .none {
                let key = CopyKey(root: child, signature: signature)
                for id in copy.waiters where waiters[id]?.mayGoAhead == true { found.append((id, key)) }
            }
        }
        return found
    }

    /// Lets them go, first come first woken, as far as the bound on their number allows.
    private mutating func letGoAhead(_ candidates: [(id: UInt64, key: CopyKey)], _ effects: inout Effects) {
        for (id, key) in candidates.sorted(by: { $0.id < $1.id }) {
            if nodes[key.root]?.copies[key.signature]?.lead == Lead.none {
                guard aheadCopies < limits.aheadBlocks else { return }
                goAhead(key)
            }
            stopWaiting(id, key)
            effects.wakes.append((id, .ready(.ahead)))
        }
    }

    /// After an inclusion lines are shorter: those at their ends may go ahead now.
    mutating func shortenLead(below included: Bytes32, _ effects: inout Effects) {
        var found: [(id: UInt64, key: CopyKey)] = []
        var line = [(root: included, depth: 0)]
        while let (root, depth) = line.popLast() {
            for child in nodes.openChildren(of: root) where nodes.standing(of: child) == .transitioned {
                found += candidates(below: child)
                if depth < limits.aheadDepth { line.append((child, depth + 1)) }
            }
        }
        letGoAhead(found, &effects)
    }

    /// After a copy with a state has gone: where no other copy has one, those who ran ahead of it fall back.
    mutating func loseState(of root: Bytes32, _ effects: inout Effects) {
        var lost = [root]
        while let root = lost.popLast() {
            guard let node = nodes[root], node.standing == .transitioned else { continue }
            if node.copies.values.contains(where: { $0.hasState }) { continue }
            nodes[root]?.standing = .open
            for child in node.children {
                for (signature, copy) in nodes[child]?.copies ?? [:] where copy.lead == .ahead {
                    fallBack(CopyKey(root: child, signature: signature), copy, &effects)
                }
                lost.append(child)
            }
        }
    }

    /// Tells a copy that what it made ahead is void: now where it waits, else when it next asks.
    private mutating func fallBack(_ key: CopyKey, _ copy: Copy, _ effects: inout Effects) {
        aheadCopies -= 1
        statistics.parentsLost += 1
        nodes[key.root]?.copies[key.signature]?.hasState = false
        nodes[key.root]?.copies[key.signature]?.lead = copy.waiters.isEmpty ? .lost : .none
        for id in copy.waiters.sorted() {
            stopWaiting(id, key)
            effects.wakes.append((id, .ready(.parentLost)))
        }
    }

    /// Takes one waiter of a copy out.
    private mutating func stopWaiting(_ id: UInt64, _ key: CopyKey) {
        waiters[id] = nil
        guard var copy = nodes[key.root]?.copies[key.signature] else { return }
        copy.waiters.removeAll { $0 == id }
        if copy.waiters.isEmpty, copy.phase == .waiting {
            copy.phase = .new
            waitingBytes -= copy.bytes
        }
        nodes[key.root]?.copies[key.signature] = copy
    }
}
