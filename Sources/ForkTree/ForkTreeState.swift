internal import Hashing

/// The rules of the fork tree: a plain value, no lock, no suspension, no clock.
///
/// Nodes are blocks by root. A node is *missing* while only its children are known, *open* while copies of it are
/// under way, *transitioned* once its post-state is made, and *included* at the end. Every node but the tree's root and the
/// missing ones hangs below its parent; slots rise strictly downwards, so there are no cycles.
///
/// Methods put what the caller must do outside the lock into `Effects`: whom to wake with what, which roots to fetch.
struct ForkTreeState {
    struct CopyKey: Hashable {
        let root: Bytes32
        let signature: Bytes32
    }

    enum Phase {
        case new
        case waiting
        case released
    }

    /// How a copy stands to a parent that is not included.
    enum Lead {
        case none
        /// Its transition may run on the parent's post-state.
        case ahead
        /// It was ahead of a parent that was given up, and has not been told yet.
        case lost
    }

    struct Copy {
        let bytes: Int
        var phase = Phase.new
        var waiters: [UInt64] = []
        var lead = Lead.none
        /// Its post-state is made and may be built on.
        var hasState = false
    }

    enum Standing {
        case missing
        case open
        case transitioned
        case included
    }

    struct Node {
        var slot: UInt64
        var parent: Bytes32
        var standing: Standing
        /// Whether an ancestor, or the node itself, is missing.
        var isOrphan: Bool
        var copies: [Bytes32: Copy] = [:]
        var children: Set<Bytes32> = []

        static func missing() -> Node {
            Node(slot: 0, parent: .zero, standing: .missing, isOrphan: true)
        }
    }

    struct Waiter {
        let key: CopyKey
        let deadline: UInt64
        /// Whether the caller wants to go as soon as the parent's post-state is made.
        var mayGoAhead = false
    }

    struct Verdict {
        let reason: InvalidReason
        let stage: Stage
    }

    /// How a waiting call ends.
    enum Wake: Hashable {
        case ready(ReadyOutcome)
        case cancelled
    }

    struct Effects {
        var wakes: [(id: UInt64, wake: Wake)] = []
        var fetches: [Bytes32] = []
    }

    let limits: ForkTreeLimits
    var statistics = ForkTreeStatistics()
    var nodes = NodeTable()
    var treeRoot: Bytes32
    var finalizedSlot: UInt64
    var isClosed = false

    var waiters: [UInt64: Waiter] = [:]
    var waitingBytes = 0
    /// Copies that are ahead.
    var aheadCopies = 0
    var order = WaitOrder()

    /// Missing roots that have been asked for.
    var outstanding: Set<Bytes32> = []

    var invalidRoots: BoundedMap<Bytes32, Verdict>
    var badCopies: BoundedMap<CopyKey, Verdict>
    var prunedRoots: BoundedMap<Bytes32, Void>

    init(anchor: Bytes32, slot: UInt64, parent: Bytes32, limits: ForkTreeLimits) {
        self.limits = limits
        treeRoot = anchor
        finalizedSlot = slot
        invalidRoots = BoundedMap(capacity: limits.invalidRoots)
        badCopies = BoundedMap(capacity: limits.badCopies)
        prunedRoots = BoundedMap(capacity: limits.prunedRoots)
        nodes[anchor] = Node(slot: slot, parent: parent, standing: .open, isOrphan: false)
        nodes.settle(anchor)
    }

    // MARK: What is known about a block

    /// What stands against a block before it is looked at any closer.
    func verdict(_ root: Bytes32, slot: UInt64, parent: Bytes32, signature: Bytes32) -> Lifecycle? {
        if let known = invalidRoots[root] { return .invalid(known.reason, at: known.stage) }
        if let known = badCopies[CopyKey(root: root, signature: signature)] {
            return .invalid(known.reason, at: known.stage)
        }
        if slot <= finalizedSlot { return .evicted(.finality) }
        if prunedRoots[root] != nil { return .invalid(.conflictsWithFinality, at: .awaitParent) }
        if let known = invalidRoots[parent] { return .invalid(known.reason.inherited(from: parent), at: .awaitParent) }
        if prunedRoots[parent] != nil { return .invalid(.conflictsWithFinality, at: .awaitParent) }
        guard parent != root else { return .invalid(.slotNotAfterParent, at: .awaitParent) }
        if let last = nodes.slot(of: parent), nodes.standing(of: parent) != .missing, slot <= last {
            return .invalid(.slotNotAfterParent, at: .awaitParent)
        }
        return nil
    }

    /// What has become of a copy the tree no longer holds.
    func end(of ticket: BlockTicket) -> Lifecycle {
        if isClosed { return .evicted(.shutdown) }
        if nodes.isIncluded(ticket.root) { return .duplicate }
        return verdict(ticket.root, slot: ticket.slot, parent: ticket.parent, signature: ticket.signature)
            ?? .evicted(.forgotten)
    }

    func lifecycle(of copy: Copy, below parent: Bytes32) -> Lifecycle {
        switch copy.phase {
        case .new: copy.lead == .ahead ? .blockChild : .new
        case .released: .stateChild
        case .waiting:
            switch nodes.standing(of: parent) {
            case .missing, nil: .pending
            case .open: .child
            case .transitioned: .blockChild
            case .included: .stateChild
            }
        }
    }

    /// The state of the copy that has come furthest; `nil` for a missing node.
    func lifecycle(of node: Node) -> Lifecycle? {
        switch node.standing {
        case .missing: nil
        case .included: .included
        case .open, .transitioned:
            node.copies.values.map { lifecycle(of: $0, below: node.parent) }.max { $0.code < $1.code } ?? .new
        }
    }

    // MARK: Taking nodes and copies out

    /// Ends a copy's waits and its bookkeeping; the copy is already out of its node.
    mutating func finish(_ copy: Copy, _ outcome: ReadyOutcome, _ effects: inout Effects) {
        for id in copy.waiters {
            waiters[id] = nil
            effects.wakes.append((id, .ready(outcome)))
        }
        if copy.phase == .waiting { waitingBytes -= copy.bytes }
        if copy.lead == .ahead { aheadCopies -= 1 }
        switch outcome {
        case .included: statistics.included += 1
        // No ends: such a copy goes on.
        case .ahead, .parentLost: break
        case .invalid: statistics.invalid += 1
        case .expired: statistics.expired += 1
        case .duplicate: statistics.duplicate += 1
        case .evicted(.capacity): statistics.evictedForCapacity += 1
        case .evicted(.finality): statistics.evictedForFinality += 1
        case .evicted(.shutdown): statistics.evictedByShutdown += 1
        case .evicted(.forgotten): statistics.withdrawn += 1
        }
    }

    /// Takes out a node and all below it; copies at the top end as `own`, those below as `descendants`.
    ///
    /// When `descendants` is invalid, the roots below are remembered so. Returns the included roots that went.
    @discardableResult
    mutating func endSubtree(
        _ top: Bytes32,
        own: ReadyOutcome,
        descendants: ReadyOutcome,
        _ effects: inout Effects
    ) -> [Bytes32] {
        unlink(top)
        var included: [Bytes32] = []
        var rest = [top]
        while let root = rest.popLast() {
            guard let node = nodes.removeValue(forKey: root) else { continue }
            outstanding.remove(root)
            let outcome = root == top ? own : descendants
            if node.standing == .included { included.append(root) }
            for copy in node.copies.values { finish(copy, outcome, &effects) }
            if root != top, case .invalid(let reason, let stage) = outcome, node.standing != .missing {
                remember(root, invalid: reason, at: stage)
            }
            rest += node.children
        }
        return included
    }

    /// Takes one copy out; children left without any copy of it wait for the root again.
    mutating func remove(_ key: CopyKey, _ outcome: ReadyOutcome, _ effects: inout Effects) {
        guard let copy = nodes[key.root]?.copies.removeValue(forKey: key.signature) else { return }
        finish(copy, outcome, &effects)
        if copy.hasState { loseState(of: key.root, &effects) }
        guard let node = nodes[key.root], node.copies.isEmpty else { return }
        unlink(key.root)
        if node.children.isEmpty {
            nodes[key.root] = nil
            return
        }
        nodes[key.root]?.standing = .missing
        setOrphan(key.root, true)
        if node.children.contains(where: hasWaiters) { ask(key.root, &effects) }
    }

    /// Takes one copy out, and with the last copy everything below: for ends that would only be repeated.
    mutating func removeWithDescendants(_ key: CopyKey, _ outcome: ReadyOutcome, _ effects: inout Effects) {
        guard let node = nodes[key.root], node.copies[key.signature] != nil else { return }
        if node.copies.count > 1 { return remove(key, outcome, &effects) }
        endSubtree(key.root, own: outcome, descendants: outcome, &effects)
    }

    /// Takes a node off its parent; a missing parent without children is no longer of interest.
    private mutating func unlink(_ root: Bytes32) {
        guard nodes.standing(of: root) != .missing, let parent = nodes.parent(of: root) else { return }
        nodes.unlink(root, from: parent)
        if nodes.standing(of: parent) == .missing, nodes.openChildren(of: parent).isEmpty {
            nodes[parent] = nil
            outstanding.remove(parent)
        }
    }

    // MARK: Small steps shared by the operations

    /// Keeps a root as bad; what only conflicts with finality goes where it cannot push out what is truly invalid.
    mutating func remember(_ root: Bytes32, invalid reason: InvalidReason, at stage: Stage) {
        if reason == .conflictsWithFinality {
            if prunedRoots.insert((), for: root) { statistics.forgottenPrunedRoots += 1 }
        } else if invalidRoots.insert(Verdict(reason: reason, stage: stage), for: root) {
            statistics.forgottenInvalidRoots += 1
        }
    }

    /// Marks a node and all below it; stops where the mark is right already.
    mutating func setOrphan(_ top: Bytes32, _ isOrphan: Bool) {
        nodes[top]?.isOrphan = isOrphan
        var rest = Array(nodes[top]?.children ?? [])
        while let root = rest.popLast() {
            guard let node = nodes[root], node.isOrphan != isOrphan else { continue }
            nodes[root]?.isOrphan = isOrphan
            rest += node.children
        }
    }

    func hasWaiters(_ root: Bytes32) -> Bool {
        nodes[root]?.copies.values.contains { !$0.waiters.isEmpty } ?? false
    }

    /// Asks for a missing root unless that has been done.
    mutating func ask(_ root: Bytes32, _ effects: inout Effects) {
        guard outstanding.insert(root).inserted else { return }
        statistics.fetchesAsked += 1
        effects.fetches.append(root)
    }
}

extension InvalidReason {
    /// The reason a child of `parent` inherits: always the first bad block, however long the line.
    func inherited(from parent: Bytes32) -> InvalidReason {
        switch self {
        case .ancestor, .conflictsWithFinality: self
        default: .ancestor(parent)
        }
    }
}
