public import Hashing

/// A block's lifecycle record, opaque to the store.
public struct LifecycleEntry: Hashable, Sendable {
    public var root: Bytes32
    public var record: [UInt8]
}

extension ChainStore {
    public func lifecycle(_ root: Bytes32) async throws -> [UInt8]? {
        try await value(Tables.lifecycles, root)
    }

    public func putLifecycle(_ root: Bytes32, _ record: [UInt8], durability: Durability = .written) async throws {
        let entry = try Tables.lifecycles.entry(root, record)
        try await write(.lifecycles, cost: record.count, durability: durability) { try $0.put(entry) }
    }

    /// Reads, changes and writes a record as one step; returns what is stored afterwards.
    ///
    /// `change` runs on the writer thread, so it must be short; `nil` deletes the record.
    @discardableResult
    public func updateLifecycle(
        _ root: Bytes32,
        durability: Durability = .written,
        _ change: @escaping @Sendable ([UInt8]?) throws -> [UInt8]?
    ) async throws -> [UInt8]? {
        try await write(.lifecycles, cost: 512, durability: durability) { transaction in
            let old = try transaction.get(Tables.lifecycles, root)
            let new = try change(old)
            if let new {
                if new != old { try transaction.put(Tables.lifecycles, root, new) }
            } else if old != nil {
                try transaction.delete(Tables.lifecycles, root)
            }
            return new
        }
    }

    /// All lifecycle records in the order of their roots; go on with the page's `next`.
    public func lifecycles(limit: Int = 1024, from cursor: ScanCursor? = nil) async throws -> ScanPage<LifecycleEntry> {
        let range = cursor?.range ?? Tables.lifecycles.range
        return try await read(.lifecycles) { view in
            try view.page(Tables.lifecycles, range, limit: PageLimit(entries: max(1, limit)))
                .map { LifecycleEntry(root: $0.key, record: $0.value) }
        }
    }

    /// Records of roots that begin with `prefix`, in the order of the roots.
    public func lifecycles(prefix: [UInt8], limit: Int) async throws -> [LifecycleEntry] {
        let range = Tables.lifecycles.range { $0.append(contentsOf: prefix) }
        return try await read(.lifecycles) { view in
            try view.page(Tables.lifecycles, range, limit: PageLimit(entries: max(1, limit))).elements
                .map { LifecycleEntry(root: $0.key, record: $0.value) }
        }
    }

    /// Writes records together.
    public func put(_ records: [MetadataRecord], durability: Durability = .synced) async throws {
        let cost = records.reduce(0) { $0 + $1.bytes.count }
        try await write(.metadata, cost: cost, durability: durability) { transaction in
            for record in records { try transaction.put(Tables.metadata, record.key, record.bytes) }
        }
    }

    public func anchor() async throws -> AnchorRecord? { try await record(.anchor, AnchorRecord.init) }

    public func finalized() async throws -> CheckpointRecord? { try await record(.finalized, CheckpointRecord.init) }

    public func justified() async throws -> CheckpointRecord? { try await record(.justified, CheckpointRecord.init) }

    public func head() async throws -> SlotRoot? { try await record(.head, SlotRoot.init) }

    /// Bytes another module keeps under its own name.
    public func named(_ name: String) async throws -> [UInt8]? { try await value(Tables.metadata, .named(name)) }

    /// Reads, changes and writes another module's bytes as one step.
    ///
    /// `change` runs on the writer thread, so it must be short.
    public func updateNamed(
        _ name: String,
        durability: Durability = .synced,
        _ change: @escaping @Sendable ([UInt8]?) -> [UInt8]
    ) async throws {
        try await write(.metadata, cost: 4096, durability: durability) { transaction in
            let old = try transaction.get(Tables.metadata, .named(name))
            let new = change(old)
            if new != old { try transaction.put(Tables.metadata, .named(name), new) }
        }
    }

    private func record<R: Sendable>(
        _ key: MetadataKey,
        _ read: (inout ByteReader) throws(CodecError) -> R
    ) async throws -> R? {
        guard let bytes = try await value(Tables.metadata, key) else { return nil }
        return try ChainStore.decode(bytes, key, read)
    }
}

extension ChainStore {
    /// Bytes of one uncompressed public key.
    public static let publicKeyBytes = 96

    /// Appends keys of consecutive validators, 96 bytes each, beginning at `first`.
    ///
    /// Indices stored before may be written again with the same meaning; a hole is refused.
    public func putPublicKeys(_ keys: [UInt8], from first: UInt64, durability: Durability = .written) async throws {
        let size = ChainStore.publicKeyBytes
        guard keys.count.isMultiple(of: size) else {
            throw StoreError.tooLarge(what: "the last public key", limit: size, got: keys.count % size)
        }
        try await write(.publicKeys, cost: keys.count, durability: durability, exclusive: true) { transaction in
            let known = try transaction.committed.publicKeyCount()
            guard first <= known else { throw StoreError.publicKeyGap(expected: known, got: first) }
            var index = first
            for start in stride(from: 0, to: keys.count, by: size) {
                try transaction.put(Tables.publicKeys, index, Array(keys[start..<(start + size)]))
                index += 1
            }
        }
    }

    /// Keys of consecutive validators from `first` on, 96 bytes each; fewer than `limit` at the end.
    public func publicKeys(from first: UInt64, limit: Int = 8192) async throws -> [UInt8] {
        try await read(.publicKeys) { view in
            let table = Tables.publicKeys
            let range = KeyRange(from: table.encode(first), upTo: table.range.upper)
            let page = try view.page(table, range, limit: PageLimit(entries: max(1, limit), bytes: .max))
            return page.elements.flatMap(\.value)
        }
    }

    /// How many validators' keys are stored.
    public func publicKeyCount() async throws -> UInt64 {
        try await read(.publicKeys) { try $0.publicKeyCount() }
    }
}

extension EngineView {
    func publicKeyCount() throws(StoreError) -> UInt64 {
        let table = Tables.publicKeys
        let last = try page(table, table.range, limit: PageLimit(entries: 1), order: .descending).elements.first
        guard let last else { return 0 }
        return last.key == .max ? .max : last.key + 1
    }
}
