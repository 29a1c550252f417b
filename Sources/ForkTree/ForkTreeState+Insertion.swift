internal import Hashing

extension ForkTreeState {
    mutating func insert(
        _ root: Bytes32,
        slot: UInt64,
        parent: Bytes32,
        signature: Bytes32,
        bytes: Int,
        _ effects: inout Effects
    ) -> InsertOutcome {
        if isClosed {
            statistics.refused += 1
            return .refused(.evicted(.shutdown))
        }
        if nodes.isIncluded(root) {
            statistics.duplicateDeliveries += 1
            return .duplicate(.included)
        }
        if let known = nodes[root], known.standing != .missing {
            if let copy = known.copies[signature] {
                statistics.duplicateDeliveries += 1
                return .duplicate(lifecycle(of: copy, below: known.parent))
            }
        }
        condemnChildren(of: root, notAfter: slot, &effects)
        if let verdict = verdict(root, slot: slot, parent: parent, signature: signature) {
            statistics.refused += 1
            spread(verdict, from: root, &effects)
            return .refused(verdict)
        }
        statistics.inserted += 1
        let ticket = BlockTicket(root: root, slot: slot, parent: parent, signature: signature, bytes: max(0, bytes))
        let copy = Copy(bytes: ticket.bytes)
        if let known = nodes[root], known.standing != .missing {
            nodes[root]?.copies[signature] = copy
        } else {
            link(root, slot: slot, parent: parent)
            nodes[root]?.copies[signature] = copy
        }
        return .fresh(ticket)
    }

    /// Hangs a node that was unknown or missing below its parent, which may be missing itself.
    private mutating func link(_ root: Bytes32, slot: UInt64, parent: Bytes32) {
        nodes.link(root, below: parent)
        let isOrphan = nodes.isIncluded(parent) ? false : nodes[parent]?.isOrphan ?? true
        var node = nodes[root] ?? .missing()
        (node.slot, node.parent, node.standing) = (slot, parent, .open)
        nodes[root] = node
        outstanding.remove(root)
        setOrphan(root, isOrphan)
    }

    /// Children known before their parent's slot was: none may lie at or before it.
    private mutating func condemnChildren(of root: Bytes32, notAfter slot: UInt64, _ effects: inout Effects) {
        guard let node = nodes[root], node.standing == .missing else { return }
        for child in node.children {
            guard let known = nodes[child], known.slot <= slot else { continue }
            condemn(child, .slotNotAfterParent, at: .awaitParent, &effects)
        }
    }

    /// Passes a refusal on to the children that were waiting for the refused block.
    private mutating func spread(_ verdict: Lifecycle, from root: Bytes32, _ effects: inout Effects) {
        switch verdict {
        case .invalid(let reason, let stage) where reason.scope == .block:
            condemn(root, reason, at: stage, &effects)
        case .evicted(.finality):
            // The root is at or before the finalized slot and not in the tree: nothing below it can be finalized.
            guard let node = nodes[root], node.standing == .missing else { return }
            for child in node.children { condemn(child, .conflictsWithFinality, at: .awaitParent, &effects) }
        default: break
        }
    }
}
