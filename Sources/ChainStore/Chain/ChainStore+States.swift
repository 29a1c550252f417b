internal import Concurrency
public import Hashing

/// Everything one block's import writes; it is committed as one batch, all of it or nothing.
public struct Import: Hashable, Sendable {
    public var root: Bytes32
    /// Needed if the block itself was not put before, as for an anchor; writes the indices too.
    public var summary: BlockSummary?
    public var state: StateSummary
    /// The encoded post-state, when it is to be kept whole; then `state.baseRoot` is `root`.
    public var snapshot: [UInt8]?
    /// What makes the post-state of another that is kept; then `state.baseRoot` is `root` too.
    public var difference: StoredDifference?
    public var lifecycle: [UInt8]?
    /// Records that change with this import: head, finalized and the like.
    public var records: [MetadataRecord]

    public init(
        root: Bytes32,
        summary: BlockSummary? = nil,
        state: StateSummary,
        snapshot: [UInt8]? = nil,
        difference: StoredDifference? = nil,
        lifecycle: [UInt8]? = nil,
        records: [MetadataRecord] = []
    ) {
        self.root = root
        self.summary = summary
        self.state = state
        self.snapshot = snapshot
        self.difference = difference
        self.lifecycle = lifecycle
        self.records = records
    }
}

/// How to rebuild a post-state: load the kept one (`ChainStore.storedChain` says how), apply the blocks in order.
public struct ReplayPath: Hashable, Sendable {
    public var baseRoot: Bytes32
    public var baseStateRoot: Bytes32
    /// Block roots after the base, oldest first; the last is the block asked for.
    public var blocks: [Bytes32]
}

extension ChainStore {
    /// Commits an import as one batch.
    ///
    /// The kept state it is to be replayed from, or was made from as a difference, must be stored: the check and the
    /// write are one step, so pruning cannot come between, and no difference is ever without its base.
    /// Who hands over a whole state as it is made, and keeps none, has its encoding let go once it is packed: 142 MB at
    /// mainnet's size.
    public func commitImport(_ item: consuming Import, durability: Durability = .synced) async throws {
        let root = item.root
        let isKept = item.snapshot != nil || item.difference != nil
        guard !isKept || item.state.baseRoot == root else {
            throw StoreError.snapshotBaseMismatch(expected: root, got: item.state.baseRoot)
        }
        // Only the packed form waits in the queue.
        let small = item.withoutBytes
        let whole = Unpacked(consume item)
        // A mainnet state takes a good part of a second to compress: not on the cooperative pool.
        let packed = isKept ? try await read(.snapshots) { _ in try whole.take()?.kept() } : nil
        try await write(.stateSummaries, cost: (packed?.stored.count ?? 0) + 1024, durability: durability) {
            transaction in
            var state = small.state
            if let packed {
                try transaction.keep(packed, of: small)
            } else if try transaction.storedState(root)?.stateRoot == state.stateRoot {
                // Summed up again: what is kept stays so.
                state.baseRoot = root
            } else {
                try transaction.requireSnapshot(for: small)
            }
            if let summary = small.summary { try transaction.putSummary(root, summary) }
            try transaction.put(Tables.stateSummaries, root, state)
            try transaction.put(Tables.stateRoots, state.stateRoot, root)
            if let lifecycle = small.lifecycle { try transaction.put(Tables.lifecycles, root, lifecycle) }
            for record in small.records { try transaction.put(Tables.metadata, record.key, record.bytes) }
        }
    }

    public func stateSummary(_ blockRoot: Bytes32) async throws -> StateSummary? {
        try await value(Tables.stateSummaries, blockRoot)
    }

    /// The encoded state with this root, if it is stored whole.
    public func snapshot(stateRoot: Bytes32) async throws -> [UInt8]? {
        try await value(Tables.snapshots, stateRoot)
    }

    /// The encoded post-state of this block, if it is stored whole.
    public func snapshot(blockRoot: Bytes32) async throws -> [UInt8]? {
        guard let summary = try await stateSummary(blockRoot), summary.baseRoot == blockRoot else { return nil }
        return try await snapshot(stateRoot: summary.stateRoot)
    }

    /// The block whose post-state has this root.
    public func blockRoot(stateRoot: Bytes32) async throws -> Bytes32? {
        try await value(Tables.stateRoots, stateRoot)
    }

    /// The way from the nearest kept state to a block; refused when it is longer than `limit` blocks.
    public func replayPath(to root: Bytes32, limit: Int = 8192) async throws -> ReplayPath {
        try await read(.stateSummaries) { view in
            guard let state = try view.get(Tables.stateSummaries, root) else {
                throw StoreError.noReplayPath(block: root, detail: "no state summary")
            }
            guard var base = try view.get(Tables.stateSummaries, state.baseRoot) else {
                throw StoreError.missingSnapshot(block: root, base: state.baseRoot)
            }
            var blocks: [Bytes32] = []
            var current = root
            while current != state.baseRoot {
                // One kept after this state was summed up may be nearer than its base.
                if current != root, let nearer = try view.get(Tables.stateSummaries, current),
                    nearer.baseRoot == current
                {
                    base = nearer
                    break
                }
                guard blocks.count < limit else {
                    throw StoreError.noReplayPath(block: root, detail: "longer than \(limit) blocks")
                }
                guard let summary = try view.get(Tables.blockSummaries, current) else {
                    throw StoreError.noReplayPath(block: root, detail: "block \(current) is not stored")
                }
                blocks.append(current)
                current = summary.parentRoot
            }
            return ReplayPath(baseRoot: current, baseStateRoot: base.stateRoot, blocks: blocks.reversed())
        }
    }
}

/// An import that is taken once: whoever reads for it keeps nothing of it.
private final class Unpacked: Sendable {
    private let item: Guarded<Import?>

    init(_ item: Import) { self.item = Guarded(item) }

    func take() -> Import? {
        item.withLock { item in
            defer { item = nil }
            return item
        }
    }
}

extension Import {
    fileprivate var withoutBytes: Import {
        var small = self
        small.snapshot = nil
        small.difference?.bytes = []
        return small
    }

    /// What is kept of the post-state, packed.
    fileprivate func kept() throws(StoreError) -> Table<Bytes32, [UInt8]>.Entry? {
        if let snapshot { return try Tables.snapshots.entry(state.stateRoot, snapshot) }
        if let difference { return try Tables.stateDiffs.entry(state.stateRoot, difference.bytes) }
        return nil
    }
}

extension WriteTransaction {
    func requireSnapshot(for item: Import) throws(StoreError) {
        let base = item.state.baseRoot
        guard let summary = try get(Tables.stateSummaries, base), summary.baseRoot == base else {
            throw .missingSnapshot(block: item.root, base: base)
        }
    }

    /// Puts a whole state or a difference with its entry among the kept ones.
    fileprivate mutating func keep(_ packed: Table<Bytes32, [UInt8]>.Entry, of item: Import) throws(StoreError) {
        var record = StoredStateRecord(base: item.root, position: 0)
        if let difference = item.difference {
            guard let base = try storedState(difference.base), base.slot < item.state.slot else {
                throw .missingSnapshot(block: item.root, base: difference.base)
            }
            record = StoredStateRecord(base: difference.base, position: difference.position)
        }
        try put(packed)
        try put(Tables.storedStates, SlotRoot(slot: item.state.slot, root: item.root), record)
    }
}
