public import Hashing
internal import Synchronization

extension ChainStore {
    /// Stores a signed block with its summary and indices unless its root is stored already.
    ///
    /// `true` for exactly one of any number of concurrent callers. `false` is as durable as the put that won asked.
    /// `ssz` is the encoded signed block; `lifecycle` is written with it if given.
    public func putBlockIfAbsent(
        root: Bytes32,
        summary: BlockSummary,
        ssz: [UInt8],
        lifecycle: [UInt8]? = nil,
        durability: Durability = .synced
    ) async throws -> Bool {
        let block = try Tables.blockMessages.packed(ssz)
        let places = core.places
        return try await write(.blocks, cost: block.stored.count + 512, durability: durability) { transaction in
            if let old = try transaction.get(Tables.blocks, root) {
                guard try !transaction.contains(Tables.blockMessages, MessageKey(place: old, root: root)) else {
                    return false
                }
                // A power cut took it, as it was only `.written`.
                try transaction.deleteMessage(old, root)
            }
            let key = try transaction.freshKey(places, root)
            try transaction.put(Tables.blockMessages.entry(key, block))
            try transaction.put(Tables.blocks, root, key.place)
            try transaction.putSummary(root, summary)
            if let lifecycle { try transaction.put(Tables.lifecycles, root, lifecycle) }
            return true
        }
    }

    /// The encoded signed block.
    ///
    /// One that is gone from the place it was named at was removed meanwhile: a block is never replaced.
    public func block(_ root: Bytes32) async throws -> [UInt8]? {
        let place: UInt64?
        switch core.cache.lookUp(Tables.blocks.encode(root)) {
        case .miss:
            core.counters.cacheMisses.add(1, ordering: .relaxed)
            return try await uncachedBlock(root)
        case .hit(let found):
            core.counters.cacheHits.add(1, ordering: .relaxed)
            place = found as? UInt64
        case .busy: place = try await value(Tables.blocks, root)
        }
        guard let place else { return nil }
        return try await value(Tables.blockMessages, MessageKey(place: place, root: root))
    }

    /// Place and block, in one turn of a reader thread.
    private func uncachedBlock(_ root: Bytes32) async throws -> [UInt8]? {
        let core = core
        // No key of the table: shorter than all of them, and one for each block.
        let name = [TableCode.messages.rawValue] + root.bytes
        let found = try await core.router.shard(for: .blocks).reads.lookup(name) { engine in
            guard let place = try core.fetch(Tables.blocks, Tables.blocks.encode(root), from: engine) else {
                return nil
            }
            let key = Tables.blockMessages.encode(MessageKey(place: place, root: root))
            return try core.fetch(Tables.blockMessages, key, from: engine)
        }
        return found as? [UInt8]
    }

    /// Encoded signed blocks, in the order of `roots`: those that are stored at one moment.
    public func blocks(_ roots: [Bytes32]) async throws -> [[UInt8]?] {
        try await read(.blocks) { view in
            try view.messages(Tables.blockMessages, namedIn: Tables.blocks, roots)
        }
    }

    public func summary(_ root: Bytes32) async throws -> BlockSummary? {
        try await value(Tables.blockSummaries, root)
    }

    /// Summaries as of one moment, in the order of `roots`.
    public func summaries(_ roots: [Bytes32]) async throws -> [BlockSummary?] {
        try await values(Tables.blockSummaries, roots)
    }

    /// The stored children of a block, in the order of their roots.
    public func children(of root: Bytes32) async throws -> [Bytes32] {
        try await read(.children) { view in
            try view.all(Tables.children, Tables.children.range { $0.append(root) }).map(\.key.second)
        }
    }

    /// The stored blocks of a slot, in the order of their roots.
    public func roots(atSlot slot: UInt64) async throws -> [Bytes32] {
        try await read(.slots) { view in
            try view.all(Tables.slots, Tables.slots.range { $0.append(bigEndian: slot) }).map(\.key.root)
        }
    }

    /// The stored blocks of some slots, by slot, then by root; go on with the page's `next`.
    public func slots(
        in slots: ClosedRange<UInt64>,
        limit: Int = 1024,
        order: ScanOrder = .ascending,
        from cursor: ScanCursor? = nil
    ) async throws -> ScanPage<SlotRoot> {
        let range = cursor?.range ?? Tables.slots.range(slots)
        return try await read(.slots) { view in
            try view.page(Tables.slots, range, limit: PageLimit(entries: max(1, limit)), order: order).map(\.key)
        }
    }

    /// Stores another signed copy of a block; `true` if this one was not there.
    ///
    /// Copies are told apart by the hash of their signature, so a copy with a bad one cannot push out the good one.
    public func putVariantIfAbsent(
        root: Bytes32,
        signatureHash: Bytes32,
        ssz: [UInt8],
        durability: Durability = .written
    ) async throws -> Bool {
        let key = RootPair(first: root, second: signatureHash)
        let block = try Tables.blockVariants.entry(key, ssz)
        return try await write(.blockVariants, cost: block.stored.count, durability: durability) { transaction in
            guard try !transaction.contains(Tables.blockVariants, key) else { return false }
            try transaction.put(block)
            return true
        }
    }

    public func variant(root: Bytes32, signatureHash: Bytes32) async throws -> [UInt8]? {
        try await value(Tables.blockVariants, RootPair(first: root, second: signatureHash))
    }

    /// The signature hashes under which copies of a block are stored.
    public func variants(of root: Bytes32) async throws -> [Bytes32] {
        try await read(.blockVariants) { view in
            try view.all(Tables.blockVariants, Tables.blockVariants.range { $0.append(root) }).map(\.key.second)
        }
    }

    /// Drops every copy of a block; how many there were.
    @discardableResult
    public func removeVariants(of root: Bytes32, durability: Durability = .written) async throws -> Int {
        try await write(.blockVariants, cost: 1024, durability: durability, exclusive: true) { transaction in
            let range = Tables.blockVariants.range { $0.append(root) }
            let copies = try transaction.committed.all(Tables.blockVariants, range)
            for copy in copies { try transaction.delete(Tables.blockVariants, copy.key) }
            return copies.count
        }
    }
}

extension Table where Key == SlotRoot {
    /// The keys of these slots.
    func range(_ slots: ClosedRange<UInt64>) -> KeyRange {
        let first = range { $0.append(bigEndian: slots.lowerBound) }
        let last = range { $0.append(bigEndian: slots.upperBound) }
        return KeyRange(from: first.lower, upTo: last.upper)
    }
}

extension EngineView {
    /// Every entry of a range that is short by its nature: children of one block, blocks of one slot.
    func all<Key, Value>(
        _ table: Table<Key, Value>,
        _ range: KeyRange
    ) throws(StoreError) -> [(key: Key, value: Value)] {
        var elements: [(key: Key, value: Value)] = []
        var next: KeyRange? = range
        while let range = next {
            let page = try page(table, range)
            elements += page.elements
            next = page.next?.range
        }
        return elements
    }
}

extension WriteTransaction {
    /// Writes a block's summary and both index entries that follow from it.
    mutating func putSummary(_ root: Bytes32, _ summary: BlockSummary) throws(StoreError) {
        try put(Tables.blockSummaries, root, summary)
        try put(Tables.slots, SlotRoot(slot: summary.slot, root: root), Presence())
        try put(Tables.children, RootPair(first: summary.parentRoot, second: root), Presence())
    }
}
