public import Hashing

extension ChainStore {
    /// Lets go of kept states that finality has decided against, and says how many: those behind `older`, which is kept,
    /// that neither lead to the block `final` nor come from it.
    ///
    /// Their blocks' states are replayed from `older` then. From the newest to the oldest, so that no difference is ever
    /// without its base, also when this is stopped between.
    @discardableResult
    public func dropStates(beside final: Bytes32, since older: Bytes32, pageSize: Int = 64) async throws -> Int {
        let dead = try await read(.storedStates) { view in try view.deadStates(beside: final, since: older) }
        var rest = dead[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            let page = Array(rest.prefix(max(1, pageSize)))
            rest = rest.dropFirst(page.count)
            try await write(.stateSummaries, cost: page.count * 128, durability: .written) { transaction in
                guard try transaction.storedState(older) != nil else { return }
                for root in page { try transaction.dropState(root, onto: older) }
            }
        }
        return dead.count
    }
}

extension EngineView {
    /// Dead branches' kept states, the newest first.
    fileprivate func deadStates(beside final: Bytes32, since older: Bytes32) throws(StoreError) -> [Bytes32] {
        guard let base = try storedState(older), let last = try get(Tables.blockSummaries, final),
            base.slot < UInt64.max
        else { return [] }
        var kept: [SlotRoot] = []
        var next: KeyRange? = Tables.storedStates.range((base.slot + 1)...UInt64.max)
        while let range = next {
            let page = try page(Tables.storedStates, range)
            kept += page.elements.map(\.key)
            next = page.next?.range
        }
        guard !kept.isEmpty else { return [] }
        // Only where finality has been away for long there are any, so the walk is a rare one.
        let roots = Set(kept.map(\.root))
        var alive: Set<Bytes32> = [final]
        var place = last
        var current = final
        while place.slot > base.slot, current != older {
            if roots.contains(current) { alive.insert(current) }
            current = place.parentRoot
            guard let parent = try get(Tables.blockSummaries, current) else { break }
            place = parent
        }
        var seen: [Bytes32: Bool] = [final: true]
        for state in kept where state.slot > last.slot {
            if try descends(state.root, to: last.slot, &seen) { alive.insert(state.root) }
        }
        return kept.reversed().map(\.root).filter { !alive.contains($0) }
    }

    /// Whether the way up from a block, to a slot, meets one that is known to be good.
    private func descends(
        _ root: Bytes32,
        to slot: UInt64,
        _ seen: inout [Bytes32: Bool]
    ) throws(StoreError) -> Bool {
        var way: [Bytes32] = []
        var current = root
        var answer = false
        while true {
            if let known = seen[current] {
                answer = known
                break
            }
            guard let place = try get(Tables.blockSummaries, current), place.slot > slot else { break }
            way.append(current)
            current = place.parentRoot
        }
        for block in way { seen[block] = answer }
        return answer
    }
}

extension WriteTransaction {
    /// Deletes what is kept of a state; it is replayed from `older` then.
    fileprivate mutating func dropState(_ root: Bytes32, onto older: Bytes32) throws(StoreError) {
        guard let state = try storedState(root) else { return }
        try delete(Tables.snapshots, state.stateRoot)
        try delete(Tables.stateDiffs, state.stateRoot)
        try delete(Tables.storedStates, SlotRoot(slot: state.slot, root: root))
        try put(
            Tables.stateSummaries,
            root,
            StateSummary(slot: state.slot, stateRoot: state.stateRoot, baseRoot: older)
        )
    }
}
