import Hashing

@testable import ForkTree

/// The fork tree as plainly as it can be written: flat lists, everything recomputed, nothing forgotten.
struct Model {
    struct Block {
        let root: Bytes32
        let slot: UInt64
        let parent: Bytes32
    }

    struct Copy {
        let block: Block
        let signature: Bytes32
        let bytes: Int
        var released = false
        var waiters: [(id: UInt64, deadline: UInt64, mayGoAhead: Bool)] = []
        var lead = ForkTreeState.Lead.none
        var hasState = false
    }

    let limits: ForkTreeLimits
    var treeRoot: Block
    var included: [Block]
    var copies: [Copy] = []
    var invalid: [Bytes32: Lifecycle] = [:]
    var bad: Set<ForkTreeState.CopyKey> = []
    var pruned: Set<Bytes32> = []
    var asked: Set<Bytes32> = []

    // What an operation caused.
    var wakes: [UInt64: ForkTreeState.Wake] = [:]
    var fetches: [Bytes32] = []

    init(anchor: Block, limits: ForkTreeLimits) {
        self.limits = limits
        treeRoot = anchor
        included = [anchor]
    }

    static let conflict = Lifecycle.invalid(.conflictsWithFinality, at: .awaitParent)

    // MARK: Derived

    func isIncluded(_ root: Bytes32) -> Bool { included.contains { $0.root == root } }
    func isHere(_ root: Bytes32) -> Bool { isIncluded(root) || copies.contains { $0.block.root == root } }
    func copies(of root: Bytes32) -> [Copy] { copies.filter { $0.block.root == root } }

    var blocks: [Block] {
        var seen: Set<Bytes32> = []
        return (included + copies.map(\.block)).filter { seen.insert($0.root).inserted }
    }

    func children(of root: Bytes32) -> [Block] {
        blocks.filter { $0.parent == root && $0.root != treeRoot.root }
    }

    var missing: Set<Bytes32> {
        Set(copies.map(\.block.parent).filter { !isHere($0) })
    }

    func isOrphan(_ block: Block) -> Bool {
        if isIncluded(block.root) { return false }
        guard let parent = blocks.first(where: { $0.root == block.parent }) else { return true }
        return isOrphan(parent)
    }

    func isBelow(_ block: Block, orAt top: Bytes32) -> Bool {
        if block.root == top { return true }
        guard let parent = blocks.first(where: { $0.root == block.parent }) else { return false }
        return isBelow(parent, orAt: top)
    }

    func state(of copy: Copy) -> Lifecycle {
        if copy.released { return .stateChild }
        if copy.waiters.isEmpty { return copy.lead == .ahead ? .blockChild : .new }
        if isIncluded(copy.block.parent) { return .stateChild }
        if !isHere(copy.block.parent) { return .pending }
        return hasState(copy.block.parent) ? .blockChild : .child
    }

    func state(of root: Bytes32) -> Lifecycle? {
        if isIncluded(root) { return .included }
        let states = copies(of: root).map { state(of: $0) }
        if let furthest = states.max(by: { $0.code < $1.code }) { return furthest }
        return invalid[root] ?? (pruned.contains(root) ? .evicted(.finality) : nil)
    }

    func hasState(_ root: Bytes32) -> Bool { copies(of: root).contains { $0.hasState } }
    var aheadCount: Int { copies.count { $0.lead == .ahead } }

    /// How many blocks up to an included one a child of `root` would be ahead of; `nil` where it may not be.
    func depth(_ root: Bytes32) -> Int? {
        if isIncluded(root) { return 0 }
        guard hasState(root), let block = copies(of: root).first?.block, let above = depth(block.parent) else {
            return nil
        }
        return above < limits.aheadDepth ? above + 1 : nil
    }

    func maySupport(_ parent: Bytes32) -> Bool {
        !isIncluded(parent) && depth(parent) != nil && aheadCount < limits.aheadBlocks
    }

    var waiterCount: Int { copies.reduce(0) { $0 + $1.waiters.count } }
    var waitingBytes: Int { copies.filter { !$0.waiters.isEmpty }.reduce(0) { $0 + $1.bytes } }

    func inherited(_ state: Lifecycle, from root: Bytes32) -> Lifecycle {
        guard case .invalid(let reason, _) = state else { return state }
        switch reason {
        case .ancestor, .conflictsWithFinality: return .invalid(reason, at: .awaitParent)
        default: return .invalid(.ancestor(root), at: .awaitParent)
        }
    }

    func verdict(_ block: Block, _ signature: Bytes32) -> Lifecycle? {
        if let known = invalid[block.root] { return known }
        if bad.contains(.init(root: block.root, signature: signature)) {
            return .invalid(.proposerSignature, at: .transition)
        }
        if block.slot <= treeRoot.slot { return .evicted(.finality) }
        if pruned.contains(block.root) { return Self.conflict }
        if let known = invalid[block.parent] { return inherited(known, from: block.parent) }
        return pruned.contains(block.parent) ? Self.conflict : nil
    }

    func end(_ block: Block, _ signature: Bytes32) -> Lifecycle {
        isIncluded(block.root) ? .duplicate : verdict(block, signature) ?? .evicted(.forgotten)
    }

    // MARK: Small steps

    private mutating func record(_ root: Bytes32, _ state: Lifecycle) {
        if state == Self.conflict {
            pruned.insert(root)
        } else if invalid[root] == nil {
            invalid[root] = state
        }
    }

    private mutating func wake(_ copy: Copy, _ outcome: Lifecycle) {
        for waiter in copy.waiters { wakes[waiter.id] = .ready(ReadyOutcome(end: outcome)) }
    }

    private mutating func kill(_ top: Bytes32, own: Lifecycle, descendants: Lifecycle) {
        for block in children(of: top) {
            kill(block.root, own: descendants, descendants: descendants)
            if case .invalid = descendants { record(block.root, descendants) }
        }
        for copy in copies(of: top) { wake(copy, own) }
        copies.removeAll { $0.block.root == top }
        included.removeAll { $0.root == top }
    }

    private mutating func condemn(_ root: Bytes32, _ state: Lifecycle) {
        record(root, state)
        kill(root, own: state, descendants: inherited(state, from: root))
    }

    private mutating func drop(_ copy: Copy, _ outcome: Lifecycle) {
        wake(copy, outcome)
        copies.removeAll { $0.block.root == copy.block.root && $0.signature == copy.signature }
        if copy.hasState { loseState(copy.block.root) }
        guard !isHere(copy.block.root) else { return }
        if children(of: copy.block.root).contains(where: { copies(of: $0.root).contains { !$0.waiters.isEmpty } }) {
            ask(copy.block.root)
        }
    }

    /// Those who ran ahead of a block whose state is gone fall back, and so do those ahead of them.
    private mutating func loseState(_ root: Bytes32) {
        guard !hasState(root) else { return }
        for index in copies.indices where copies[index].block.parent == root && copies[index].lead == .ahead {
            let hadState = copies[index].hasState
            for waiter in copies[index].waiters { wakes[waiter.id] = .ready(.parentLost) }
            copies[index].lead = copies[index].waiters.isEmpty ? .lost : .none
            copies[index].waiters = []
            copies[index].hasState = false
            if hadState { loseState(copies[index].block.root) }
        }
    }

    private mutating func letGoAhead(below parents: (Model, Bytes32) -> Bool) {
        let able = copies.filter {
            !$0.waiters.isEmpty && $0.lead == .none && parents(self, $0.block.parent) && maySupport($0.block.parent)
        }
        let candidates = able.flatMap { copy in copy.waiters.filter(\.mayGoAhead).map { (id: $0.id, copy: copy) } }
        for (id, copy) in candidates.sorted(by: { $0.id < $1.id }) {
            guard let index = index(copy.block, copy.signature) else { continue }
            if copies[index].lead == .none {
                guard aheadCount < limits.aheadBlocks else { return }
                copies[index].lead = .ahead
            }
            copies[index].waiters.removeAll { $0.id == id }
            wakes[id] = .ready(.ahead)
        }
    }

    private mutating func dropWithDescendants(_ copy: Copy, _ outcome: Lifecycle) {
        if copies(of: copy.block.root).count > 1 { return drop(copy, outcome) }
        kill(copy.block.root, own: outcome, descendants: outcome)
    }

    private mutating func ask(_ root: Bytes32) {
        if asked.insert(root).inserted { fetches.append(root) }
    }

    private func index(_ block: Block, _ signature: Bytes32) -> Int? {
        copies.firstIndex { $0.block.root == block.root && $0.signature == signature }
    }

    private mutating func settle() { asked.formIntersection(missing) }

    mutating func begin() { (wakes, fetches) = ([:], []) }

    // MARK: Operations

    mutating func insert(_ block: Block, _ signature: Bytes32, bytes: Int) -> InsertOutcome {
        defer { settle() }
        if isIncluded(block.root) { return .duplicate(.included) }
        if let index = index(block, signature) { return .duplicate(state(of: copies[index])) }
        if let verdict = verdict(block, signature) {
            switch verdict {
            case .invalid(.proposerSignature, _): break
            case .invalid: condemn(block.root, verdict)
            default: for child in children(of: block.root) { condemn(child.root, Self.conflict) }
            }
            return .refused(verdict)
        }
        copies.append(Copy(block: block, signature: signature, bytes: bytes))
        asked.remove(block.root)
        return .fresh(
            BlockTicket(root: block.root, slot: block.slot, parent: block.parent, signature: signature, bytes: bytes)
        )
    }

    /// `nil` when the call waits.
    mutating func ready(
        _ block: Block,
        _ signature: Bytes32,
        id: UInt64,
        deadline: UInt64,
        now: UInt64,
        mayGoAhead: Bool
    ) -> ReadyOutcome? {
        defer { settle() }
        guard let index = index(block, signature) else { return ReadyOutcome(end: end(block, signature)) }
        if isIncluded(block.parent) {
            copies[index].released = true
            return .included
        }
        if copies[index].lead == .lost {
            copies[index].lead = .none
            return .parentLost
        }
        if mayGoAhead, copies[index].lead == .ahead || maySupport(block.parent) {
            copies[index].lead = .ahead
            return .ahead
        }
        let newcomer = copies[index]
        let deadline = min(deadline, now + limits.waitingAge)
        if deadline <= now {
            dropWithDescendants(newcomer, .expired)
            return .expired
        }
        while waiterCount >= limits.waiting
            || waitingBytes + (newcomer.waiters.isEmpty ? newcomer.bytes : 0) > limits.waitingBytes
        {
            guard newcomer.bytes <= limits.waitingBytes, let victim = victim(for: newcomer) else {
                if newcomer.waiters.isEmpty { dropWithDescendants(newcomer, .evicted(.capacity)) }
                return .evicted(.capacity)
            }
            dropWithDescendants(victim, .evicted(.capacity))
        }
        guard let place = self.index(block, signature) else { return .evicted(.forgotten) }
        copies[place].waiters.append((id, deadline, mayGoAhead))
        if !isHere(block.parent) { ask(block.parent) }
        return nil
    }

    private func victim(for newcomer: Copy) -> Copy? {
        let waiting = copies.flatMap { copy in copy.waiters.map { (id: $0.id, copy: copy) } }
        let orphans = waiting.filter { isOrphan($0.copy.block) }
        switch limits.overflow {
        case .rejectNewest: return nil
        case .evictOldestOrphan:
            return orphans.filter { !isBelow(newcomer.block, orAt: $0.copy.block.root) }.min { $0.id < $1.id }?.copy
        case .evictFarthestOrphan:
            let farthest = orphans.max { ($0.copy.block.slot, $0.id) < ($1.copy.block.slot, $1.id) }
            guard let farthest else { return nil }
            return isOrphan(newcomer.block) && newcomer.block.slot >= farthest.copy.block.slot ? nil : farthest.copy
        }
    }

    mutating func cancel(_ id: UInt64) {
        defer { settle() }
        guard let index = copies.firstIndex(where: { $0.waiters.contains { $0.id == id } }) else { return }
        wakes[id] = .cancelled
        copies[index].waiters.removeAll { $0.id == id }
        if copies[index].waiters.isEmpty { drop(copies[index], .evicted(.forgotten)) }
    }

    mutating func withdraw(_ block: Block, _ signature: Bytes32) {
        defer { settle() }
        if let index = index(block, signature) { drop(copies[index], .evicted(.forgotten)) }
    }

    mutating func expire(_ now: UInt64) {
        defer { settle() }
        while true {
            let due = copies.flatMap { copy in
                copy.waiters.filter { $0.deadline <= now }.map { (deadline: $0.deadline, id: $0.id, copy: copy) }
            }
            guard let first = due.min(by: { ($0.deadline, $0.id) < ($1.deadline, $1.id) }) else { return }
            dropWithDescendants(first.copy, .expired)
        }
    }

    var nextDeadline: UInt64? { copies.flatMap { $0.waiters.map(\.deadline) }.min() }

    mutating func offerState(_ block: Block, _ signature: Bytes32) -> ResolveOutcome {
        guard let index = index(block, signature) else { return .superseded(end(block, signature)) }
        guard isIncluded(block.parent) || copies[index].lead == .ahead else {
            return .superseded(state(of: copies[index]))
        }
        copies[index].hasState = true
        letGoAhead { $1 == block.root && $0.isHere($1) }
        return .applied
    }

    mutating func include(_ block: Block, _ signature: Bytes32) -> ResolveOutcome {
        defer { settle() }
        guard let index = index(block, signature) else { return .superseded(end(block, signature)) }
        guard isIncluded(block.parent) else { return .superseded(state(of: copies[index])) }
        copies.removeAll { $0.block.root == block.root }
        included.append(block)
        for index in copies.indices where copies[index].block.parent == block.root {
            guard !copies[index].waiters.isEmpty else { continue }
            for waiter in copies[index].waiters { wakes[waiter.id] = .ready(.included) }
            copies[index].waiters = []
            copies[index].released = true
        }
        for index in copies.indices where copies[index].block.parent == block.root { copies[index].lead = .none }
        letGoAhead { model, parent in
            guard let parent = model.blocks.first(where: { $0.root == parent }) else { return false }
            return parent.root != block.root && model.isBelow(parent, orAt: block.root)
        }
        return .applied
    }

    mutating func reject(_ block: Block, _ signature: Bytes32, _ reason: InvalidReason) -> ResolveOutcome {
        defer { settle() }
        if reason == .proposerSignature {
            bad.insert(.init(root: block.root, signature: signature))
            guard let index = index(block, signature) else { return .superseded(end(block, signature)) }
            drop(copies[index], .invalid(reason, at: .transition))
            return .applied
        }
        return isIncluded(block.root) ? .superseded(.duplicate) : invalidate(block.root, reason)
    }

    mutating func invalidate(_ root: Bytes32, _ reason: InvalidReason) -> ResolveOutcome {
        defer { settle() }
        if root == treeRoot.root { return .superseded(.included) }
        if let known = invalid[root] { return .superseded(known) }
        condemn(root, .invalid(reason, at: .transition))
        return .applied
    }

    mutating func prune(_ root: Bytes32) -> Bool {
        defer { settle() }
        guard let finalized = included.first(where: { $0.root == root }) else { return false }
        if root == treeRoot.root { return true }
        let keep = blocks.filter { isBelow($0, orAt: root) || isOrphan($0) }.map(\.root)
        treeRoot = finalized
        for block in blocks where !keep.contains(block.root) {
            pruned.insert(block.root)
            for copy in copies(of: block.root) { wake(copy, Self.conflict) }
            copies.removeAll { $0.block.root == block.root }
            included.removeAll { $0.root == block.root }
        }
        for block in blocks.sorted(by: { ($0.slot, $0.root) < ($1.slot, $1.root) })
        where isHere(block.root) && isOrphan(block) && block.slot <= finalized.slot {
            kill(block.root, own: .evicted(.finality), descendants: Self.conflict)
        }
        return true
    }

    mutating func retryFetches() {
        for root in missing where !asked.contains(root) {
            if children(of: root).contains(where: { copies(of: $0.root).contains { !$0.waiters.isEmpty } }) {
                ask(root)
            }
        }
    }
}
