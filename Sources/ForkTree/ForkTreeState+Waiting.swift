internal import Hashing

extension ForkTreeState {
    /// Whether a call of `ready` has its answer or waits under its number.
    enum ReadyStep {
        case finished(ReadyOutcome)
        case waiting
    }

    mutating func ready(
        _ ticket: BlockTicket,
        id: UInt64,
        deadline: UInt64?,
        now: UInt64,
        mayGoAhead: Bool = false,
        _ effects: inout Effects
    ) -> ReadyStep {
        let key = CopyKey(root: ticket.root, signature: ticket.signature)
        guard let node = nodes[key.root], let copy = node.copies[key.signature] else {
            return .finished(ReadyOutcome(end: end(of: ticket)))
        }
        if nodes.isIncluded(node.parent) {
            statistics.readyAtOnce += 1
            nodes[key.root]?.copies[key.signature]?.phase = .released
            return .finished(.included)
        }
        switch copy.lead {
        case .lost:
            nodes[key.root]?.copies[key.signature]?.lead = .none
            return .finished(.parentLost)
        case .ahead where mayGoAhead: return .finished(.ahead)
        case .none where mayGoAhead && maySupport(node.parent):
            goAhead(key)
            return .finished(.ahead)
        case .none, .ahead: break
        }
        let (latest, overflow) = now.addingReportingOverflow(limits.waitingAge)
        let deadline = min(deadline ?? .max, overflow ? .max : latest)
        guard deadline > now else {
            removeWithDescendants(key, .expired, &effects)
            return .finished(.expired)
        }
        guard makeRoom(for: key, node, bytes: copy.waiters.isEmpty ? copy.bytes : 0, &effects) else {
            statistics.rejectedNewcomers += 1
            // A second call for a block that waits already is turned away alone.
            guard copy.waiters.isEmpty else { return .finished(.evicted(.capacity)) }
            removeWithDescendants(key, .evicted(.capacity), &effects)
            return .finished(.evicted(.capacity))
        }
        if copy.waiters.isEmpty { waitingBytes += copy.bytes }
        nodes[key.root]?.copies[key.signature]?.waiters.append(id)
        nodes[key.root]?.copies[key.signature]?.phase = .waiting
        waiters[id] = Waiter(key: key, deadline: deadline, mayGoAhead: mayGoAhead)
        order.insert(id: id, deadline: deadline, live: waiters.count) { [waiters] in waiters[$0] != nil }
        statistics.waits += 1
        if nodes.standing(of: node.parent) == .missing { ask(node.parent, &effects) }
        return .waiting
    }

    /// Evicts as the policy says until the newcomer fits; `false` when it is the newcomer that has to go.
    private mutating func makeRoom(for key: CopyKey, _ node: Node, bytes: Int, _ effects: inout Effects) -> Bool {
        while true {
            let tooMany = waiters.count >= limits.waiting
            let tooLarge = bytes > limits.waitingBytes - waitingBytes
            if !tooMany && !tooLarge { return true }
            if tooMany { statistics.countOverflows += 1 }
            if tooLarge { statistics.byteOverflows += 1 }
            guard limits.waiting > 0, bytes <= limits.waitingBytes, let victim = victim(for: key, node) else {
                return false
            }
            removeWithDescendants(victim, .evicted(.capacity), &effects)
        }
    }

    private mutating func victim(for newcomer: CopyKey, _ node: Node) -> CopyKey? {
        switch limits.overflow {
        case .rejectNewest: return nil
        case .evictOldestOrphan:
            let spared = ancestors(of: newcomer.root)
            let (waiters, nodes) = (waiters, nodes)
            let id = order.first(
                isLive: { waiters[$0] != nil },
                where: { id in
                    guard let root = waiters[id]?.key.root else { return false }
                    return nodes[root]?.isOrphan == true && !spared.contains(root)
                }
            )
            return id.flatMap { waiters[$0]?.key }
        case .evictFarthestOrphan:
            var farthest: (slot: UInt64, id: UInt64, key: CopyKey)?
            for (id, waiter) in waiters {
                guard let other = nodes[waiter.key.root], other.isOrphan else { continue }
                if let best = farthest, (best.slot, best.id) > (other.slot, id) { continue }
                farthest = (other.slot, id, waiter.key)
            }
            guard let farthest else { return nil }
            return node.isOrphan && node.slot >= farthest.slot ? nil : farthest.key
        }
    }

    /// The newcomer's own root and the orphans above it: evicting one of them would evict the newcomer.
    private func ancestors(of root: Bytes32) -> Set<Bytes32> {
        var line: Set<Bytes32> = []
        var next = root
        while let node = nodes[next], node.isOrphan, node.standing != .missing {
            line.insert(next)
            next = node.parent
        }
        return line
    }

    /// Takes a cancelled call out, and its copy with it unless another call waits for the same copy.
    mutating func cancel(id: UInt64, _ effects: inout Effects) {
        guard let waiter = waiters.removeValue(forKey: id) else { return }
        statistics.cancelledWaits += 1
        effects.wakes.append((id, .cancelled))
        let key = waiter.key
        nodes[key.root]?.copies[key.signature]?.waiters.removeAll { $0 == id }
        guard let copy = nodes[key.root]?.copies[key.signature], copy.waiters.isEmpty else { return }
        remove(key, .evicted(.forgotten), &effects)
    }

    /// Gives a copy up without a verdict.
    mutating func withdraw(_ ticket: BlockTicket, _ effects: inout Effects) {
        remove(CopyKey(root: ticket.root, signature: ticket.signature), .evicted(.forgotten), &effects)
    }

    /// Gives a copy up for a call that was cancelled before it could wait.
    mutating func giveUp(_ ticket: BlockTicket, _ effects: inout Effects) {
        if nodes[ticket.root]?.copies[ticket.signature]?.waiters.isEmpty == true { withdraw(ticket, &effects) }
    }

    /// Ends every wait whose deadline has come, and with a block the blocks below it.
    mutating func expire(now: UInt64, _ effects: inout Effects) {
        while let id = order.popDue(at: now, isLive: { [waiters] in waiters[$0] != nil }) {
            guard let key = waiters[id]?.key else { continue }
            removeWithDescendants(key, .expired, &effects)
        }
    }

    mutating func nextDeadline() -> UInt64? {
        order.nextDeadline { [waiters] in waiters[$0] != nil }
    }

    // MARK: Missing parents

    /// Notes that a request is over without the block; somebody may ask again.
    mutating func fetchEnded(_ root: Bytes32) { outstanding.remove(root) }

    /// Asks for every missing root that a block waits for and that is not on order.
    mutating func retryFetches(_ effects: inout Effects) {
        for (root, node) in nodes.unsettled(where: { $0.standing == .missing }) where !outstanding.contains(root) {
            if node.children.contains(where: hasWaiters) { ask(root, &effects) }
        }
    }
}

extension ReadyOutcome {
    /// A final lifecycle as an answer to a waiting call.
    init(end: Lifecycle) {
        switch end {
        case .invalid(let reason, let stage): self = .invalid(reason, at: stage)
        case .expired: self = .expired
        case .evicted(let cause): self = .evicted(cause)
        case .duplicate, .included: self = .duplicate
        case .new, .pending, .child, .blockChild, .stateChild: self = .evicted(.forgotten)
        }
    }
}
