public import Hashing

/// Everything one block's import writes; it is committed as one batch, all of it or nothing.
public struct Import: Hashable, Sendable {
    public var root: Bytes32
    /// Needed if the block itself was not put before, as for an anchor; writes the indices too.
    public var summary: BlockSummary?
    public var state: StateSummary
    /// The encoded post-state, when it is to be kept whole; then `state.baseRoot` is `root`.
    public var snapshot: [UInt8]?
    public var lifecycle: [UInt8]?
    /// Records that change with this import: head, finalized and the like.
    public var records: [MetadataRecord]

    public init(
        root: Bytes32,
        summary: BlockSummary? = nil,
        state: StateSummary,
        snapshot: [UInt8]? = nil,
        lifecycle: [UInt8]? = nil,
        records: [MetadataRecord] = []
    ) {
        self.root = root
        self.summary = summary
        self.state = state
        self.snapshot = snapshot
        self.lifecycle = lifecycle
        self.records = records
    }
}

/// How to rebuild a post-state: load the snapshot, apply the blocks in order.
public struct ReplayPath: Hashable, Sendable {
    public var baseRoot: Bytes32
    public var baseStateRoot: Bytes32
    /// Block roots after the base, oldest first; the last is the block asked for.
    public var blocks: [Bytes32]
}

extension ChainStore {
    /// Commits an import as one batch.
    ///
    /// The snapshot it is to be replayed from must be stored, or come with it: the check and the write are one step,
    /// so pruning cannot come between.
    public func commitImport(_ item: Import, durability: Durability = .synced) async throws {
        let root = item.root
        var snapshot: Table<Bytes32, [UInt8]>.Entry?
        if let bytes = item.snapshot {
            guard item.state.baseRoot == root else {
                throw StoreError.snapshotBaseMismatch(expected: root, got: item.state.baseRoot)
            }
            let stateRoot = item.state.stateRoot
            // A mainnet state takes a good part of a second to compress: not on the cooperative pool.
            snapshot = try await read(.snapshots) { _ in try Tables.snapshots.entry(stateRoot, bytes) }
        }
        // The encoded state is not needed any more: only its packed form waits in the queue.
        var rest = item
        rest.snapshot = nil
        let (packed, small) = (snapshot, rest)
        try await write(.stateSummaries, cost: (packed?.stored.count ?? 0) + 1024, durability: durability) {
            transaction in
            if let packed {
                try transaction.put(packed)
            } else {
                try transaction.requireSnapshot(for: small)
            }
            if let summary = small.summary { try transaction.putSummary(root, summary) }
            try transaction.put(Tables.stateSummaries, root, small.state)
            try transaction.put(Tables.stateRoots, small.state.stateRoot, root)
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

    /// The way from the latest snapshot to a block; refused when it is longer than `limit` blocks.
    public func replayPath(to root: Bytes32, limit: Int = 8192) async throws -> ReplayPath {
        try await read(.stateSummaries) { view in
            guard let state = try view.get(Tables.stateSummaries, root) else {
                throw StoreError.noReplayPath(block: root, detail: "no state summary")
            }
            guard let base = try view.get(Tables.stateSummaries, state.baseRoot) else {
                throw StoreError.missingSnapshot(block: root, base: state.baseRoot)
            }
            var blocks: [Bytes32] = []
            var current = root
            while current != state.baseRoot {
                guard blocks.count < limit else {
                    throw StoreError.noReplayPath(block: root, detail: "longer than \(limit) blocks")
                }
                guard let summary = try view.get(Tables.blockSummaries, current) else {
                    throw StoreError.noReplayPath(block: root, detail: "block \(current) is not stored")
                }
                blocks.append(current)
                current = summary.parentRoot
            }
            return ReplayPath(baseRoot: state.baseRoot, baseStateRoot: base.stateRoot, blocks: blocks.reversed())
        }
    }
}

extension WriteTransaction {
    func requireSnapshot(for item: Import) throws(StoreError) {
        let base = item.state.baseRoot
        guard let summary = try get(Tables.stateSummaries, base), summary.baseRoot == base else {
            throw .missingSnapshot(block: item.root, base: base)
        }
    }
}
