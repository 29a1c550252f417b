public import Hashing

/// Which old blocks and states go; decided by the caller, who knows the finalized chain.
public struct PrunePlan: Sendable {
    /// The slots looked at; later ones are left alone.
    public var slots: Range<UInt64>
    /// Whether a block of these slots stays (the canonical ones, usually); it is asked on the writer thread.
    public var keepsBlock: @Sendable (SlotRoot) -> Bool
    /// Whether the stored post-state of a block that stays is kept too.
    public var keepsSnapshot: @Sendable (SlotRoot) -> Bool

    public init(
        slots: Range<UInt64>,
        keepsBlock: @escaping @Sendable (SlotRoot) -> Bool,
        keepsSnapshot: @escaping @Sendable (SlotRoot) -> Bool
    ) {
        self.slots = slots
        self.keepsBlock = keepsBlock
        self.keepsSnapshot = keepsSnapshot
    }
}

public struct PruneReport: Hashable, Sendable {
    public var blocksSeen = 0
    public var blocksRemoved = 0
    public var snapshotsRemoved = 0
    public var stateSummariesRemoved = 0
    /// Snapshots that were to go and stayed, because a state of a later slot is replayed from them.
    public var snapshotsProtected = 0
}

extension ChainStore {
    /// Removes what the plan does not keep, page by page; a cancelled prune leaves whole blocks, never halves.
    ///
    /// A kept state from which one of a later slot is replayed or made stays, whatever the plan says. State summaries
    /// that lose theirs go before it, from the newest slot to the oldest, so every summary left can be replayed.
    public func prune(_ plan: PrunePlan, pageSize: Int = 256) async throws -> PruneReport {
        var report = PruneReport()
        guard !plan.slots.isEmpty else { return report }
        var next: KeyRange? = Tables.slots.range(plan.slots.lowerBound...(plan.slots.upperBound - 1))
        while let range = next {
            try Task.checkCancellation()
            let limit = PageLimit(entries: max(1, pageSize))
            let part = try await write(.blocks, cost: 64 << 10, durability: .written, exclusive: true) { transaction in
                let page = try transaction.committed.page(Tables.slots, range, limit: limit, order: .descending)
                var report = PruneReport()
                let needed = try transaction.committed.bases(fromSlot: plan.slots.upperBound)
                for entry in page.elements {
                    try transaction.prune(entry.key, plan, needed, &report)
                }
                return (report: report, next: page.next)
            }
            report.blocksSeen += part.report.blocksSeen
            report.blocksRemoved += part.report.blocksRemoved
            report.snapshotsRemoved += part.report.snapshotsRemoved
            report.stateSummariesRemoved += part.report.stateSummariesRemoved
            report.snapshotsProtected += part.report.snapshotsProtected
            next = part.next?.range
        }
        return report
    }

    /// Removes blocks with everything that belongs to them, in one batch; those that are not stored are skipped.
    public func remove(_ roots: [Bytes32], durability: Durability = .written) async throws {
        try await write(.blocks, cost: roots.count * 512, durability: durability, exclusive: true) { transaction in
            for root in roots { _ = try transaction.removeBlock(root) }
        }
    }
}

extension EngineView {
    /// The blocks whose kept states those of this and later slots are replayed from, and what those are made from.
    func bases(fromSlot slot: UInt64) throws(StoreError) -> Set<Bytes32> {
        var bases: Set<Bytes32> = []
        var next: KeyRange? = Tables.slots.range(slot...UInt64.max)
        while let range = next {
            let page = try page(Tables.slots, range)
            for entry in page.elements {
                guard let state = try get(Tables.stateSummaries, entry.key.root) else { continue }
                guard bases.insert(state.baseRoot).inserted else { continue }
                for below in try storedChain(to: state.baseRoot) ?? [] { bases.insert(below.root) }
            }
            next = page.next?.range
        }
        return bases
    }
}

extension WriteTransaction {
    /// Applies a plan to one block of its slots.
    mutating func prune(
        _ block: SlotRoot,
        _ plan: PrunePlan,
        _ needed: Set<Bytes32>,
        _ report: inout PruneReport
    ) throws(StoreError) {
        report.blocksSeen += 1
        let state = try get(Tables.stateSummaries, block.root)
        let ownsSnapshot = state?.baseRoot == block.root
        guard plan.keepsBlock(block) || needed.contains(block.root) else {
            if ownsSnapshot { report.snapshotsRemoved += 1 }
            if state != nil { report.stateSummariesRemoved += 1 }
            try removeBlock(block.root, slot: block.slot)
            report.blocksRemoved += 1
            return
        }
        guard let state else { return }
        if needed.contains(state.baseRoot) {
            if ownsSnapshot, !plan.keepsSnapshot(block) { report.snapshotsProtected += 1 }
            return
        }
        guard let chain = try storedChain(to: state.baseRoot) else { return try drop(block, state, &report) }
        // What it is made from is older, so its turn comes later: this must foresee what will be decided then.
        let staysReadable = chain.allSatisfy { base in
            let place = SlotRoot(slot: base.slot, root: base.root)
            return !plan.slots.contains(base.slot) || needed.contains(base.root)
                || (plan.keepsBlock(place) && plan.keepsSnapshot(place))
        }
        if !staysReadable { try drop(block, state, &report) }
    }

    private mutating func drop(
        _ block: SlotRoot,
        _ state: StateSummary,
        _ report: inout PruneReport
    ) throws(StoreError) {
        if state.baseRoot == block.root { report.snapshotsRemoved += 1 }
        report.stateSummariesRemoved += 1
        try removeState(block.root, state)
    }

    /// Deletes whatever is stored under a block's root.
    mutating func removeBlock(_ root: Bytes32, slot: UInt64? = nil) throws(StoreError) {
        let summary = try get(Tables.blockSummaries, root)
        if let summary { try delete(Tables.children, RootPair(first: summary.parentRoot, second: root)) }
        if let slot = summary?.slot ?? slot { try delete(Tables.slots, SlotRoot(slot: slot, root: root)) }
        if let state = try get(Tables.stateSummaries, root) { try removeState(root, state) }
        if let place = try get(Tables.blocks, root) {
            try deleteMessage(place, root)
            try delete(Tables.blocks, root)
        }
        if let place = try get(Tables.envelopes, root) {
            try deleteMessage(place, root)
            try delete(Tables.envelopes, root)
        }
        try delete(Tables.blockSummaries, root)
        try delete(Tables.lifecycles, root)
    }

    /// Deletes a block's state summary, and its kept state if there is one.
    mutating func removeState(_ root: Bytes32, _ state: StateSummary) throws(StoreError) {
        if state.baseRoot == root {
            try delete(Tables.snapshots, state.stateRoot)
            try delete(Tables.stateDiffs, state.stateRoot)
            try delete(Tables.storedStates, SlotRoot(slot: state.slot, root: root))
        }
        try delete(Tables.stateSummaries, root)
        // Two blocks never share a post-state in a real chain; the index is left alone if another block took it.
        if try get(Tables.stateRoots, state.stateRoot) == root { try delete(Tables.stateRoots, state.stateRoot) }
    }
}
