public import Hashing

extension ChainStore {
    /// A kept state and those it is made from, it first and a whole one last.
    public func storedChain(to root: Bytes32) async throws -> [StoredState] {
        try await read(.storedStates) { view in
            guard let chain = try view.storedChain(to: root) else {
                throw StoreError.missingSnapshot(block: root, base: root)
            }
            return chain
        }
    }

    /// The difference that gives the state with this root, if it is kept so.
    public func stateDifference(stateRoot: Bytes32) async throws -> [UInt8]? {
        try await value(Tables.stateDiffs, stateRoot)
    }

    /// The kept states of some slots, in order; go on with the page's `next`.
    public func storedStates(
        in slots: ClosedRange<UInt64> = 0...UInt64.max,
        limit: Int = 1024,
        order: ScanOrder = .ascending,
        from cursor: ScanCursor? = nil
    ) async throws -> ScanPage<SlotRoot> {
        let range = cursor?.range ?? Tables.storedStates.range(slots)
        return try await read(.storedStates) { view in
            try view.page(Tables.storedStates, range, limit: PageLimit(entries: max(1, limit)), order: order)
                .map(\.key)
        }
    }

    /// Has the states behind `base`, a kept one, replayed from it, and those beside it from `older` or what is kept on the way.
    ///
    /// States are summed up before it is known which of them will be kept, so they name an older one. Both must be
    /// kept, `base` behind `older`. In pages: a crash between two leaves states that are replayed from further back.
    public func rebase(onto base: Bytes32, since older: Bytes32, pageSize: Int = 256) async throws {
        let moves = try await read(.children) { view in try view.moves(onto: base, since: older) }
        var rest = moves[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            let page = Array(rest.prefix(max(1, pageSize)))
            rest = rest.dropFirst(page.count)
            try await write(.stateSummaries, cost: page.count * 128, durability: .written) { transaction in
                for move in page {
                    guard var state = try transaction.get(Tables.stateSummaries, move.block),
                        state.baseRoot != move.block, try transaction.storedState(move.base) != nil
                    else { continue }
                    state.baseRoot = move.base
                    try transaction.put(Tables.stateSummaries, move.block, state)
                }
            }
        }
    }

    /// Forgets every state made from a whole one before `slot`, and says how many; blocks stay.
    ///
    /// From the newest to the oldest, so that what is left can always be replayed, also when this is stopped between.
    @discardableResult
    public func forgetStates(before slot: UInt64, pageSize: Int = 256) async throws -> Int {
        guard slot > 0 else { return 0 }
        let old = try await read(.storedStates) { view in try view.storedStates(before: slot) }
        guard let first = old.first?.slot else { return 0 }
        let bases = Set(old.map(\.root))
        var forgotten = 0
        var next: KeyRange? = Tables.slots.range(first...UInt64.max)
        while let range = next {
            try Task.checkCancellation()
            let limit = PageLimit(entries: max(1, pageSize))
            let page = try await read(.slots) { view in
                let page = try view.page(Tables.slots, range, limit: limit, order: .descending)
                let blocks = try page.elements.map(\.key.root).filter { root in
                    try view.get(Tables.stateSummaries, root).map { bases.contains($0.baseRoot) } ?? false
                }
                return (blocks: blocks, next: page.next?.range)
            }
            next = page.next
            if page.blocks.isEmpty { continue }
            forgotten += try await write(.stateSummaries, cost: 64 << 10, durability: .written, exclusive: true) {
                transaction in
                var count = 0
                for root in page.blocks {
                    guard let state = try transaction.get(Tables.stateSummaries, root), bases.contains(state.baseRoot)
                    else { continue }
                    try transaction.removeState(root, state)
                    count += 1
                }
                return count
            }
        }
        return forgotten
    }
}

extension EngineView {
    /// The kept states that belong to a whole one before `slot`, in order.
    ///
    /// `slot` is that of a whole one, and none at or after it is made from one before: the caller has looked.
    fileprivate func storedStates(before slot: UInt64) throws(StoreError) -> [SlotRoot] {
        var found: [SlotRoot] = []
        var next: KeyRange? = Tables.storedStates.range(0...(slot - 1))
        while let range = next {
            let page = try page(Tables.storedStates, range)
            found += page.elements.map(\.key)
            next = page.next?.range
        }
        return found
    }

    /// Which states are to name another base.
    fileprivate func moves(
        onto base: Bytes32,
        since older: Bytes32
    ) throws(StoreError) -> [(block: Bytes32, base: Bytes32)] {
        var moves: [(block: Bytes32, base: Bytes32)] = []
        var open: [(block: Bytes32, base: Bytes32)] = [(older, older)]
        while let parent = open.popLast() {
            for child in try all(Tables.children, Tables.children.range { $0.append(parent.block) }).map(\.key.second) {
                guard let state = try get(Tables.stateSummaries, child) else { continue }
                // One kept on the way before it became final is nearer to those behind it; what is kept behind `base`
                // may still be decided against.
                let isNearer = state.baseRoot == child && parent.base != base
                let target = child == base || isNearer ? child : parent.base
                open.append((child, target))
                if state.baseRoot != child, state.baseRoot != target { moves.append((child, target)) }
            }
        }
        return moves
    }
}
