/// One caller's part of a batch: reads see the parts before it, writes become durable with the whole batch.
struct WriteTransaction: TableReader {
    /// What the cache must learn once the batch is in the engine.
    struct CacheEffect {
        let key: [UInt8]
        /// `nil` drops the key.
        let fill: (value: any Sendable, cost: Int)?
    }

    /// What was there before this batch; an exclusive transaction may rely on nothing else being under way.
    let committed: EngineView
    private let tables: TableSet
    private(set) var batch = WriteBatch()
    private(set) var effects: [CacheEffect] = []
    /// The last operation on each key touched.
    private var latest: [[UInt8]: Int] = [:]

    init(_ engine: any KeyValueStore, tables: TableSet) {
        committed = EngineView(engine: engine)
        self.tables = tables
    }

    func stored(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        guard let index = latest[key] else { return try committed.stored(key) }
        switch batch.operations[index] {
        case .put(_, let value): return value
        case .delete: return nil
        }
    }

    mutating func put<Key, Value>(_ entry: Table<Key, Value>.Entry) throws(StoreError) {
        guard tables.contains(entry.table.code) else { throw .crossesShards(table: entry.table.code) }
        latest[entry.key] = batch.operations.count
        batch.put(entry.key, entry.stored)
        let fill = entry.value.map { (value: $0 as any Sendable, cost: entry.table.cost($0)) }
        effects.append(CacheEffect(key: entry.key, fill: fill))
    }

    /// Encodes and puts; for small values, as it runs on the writer thread.
    mutating func put<Key, Value>(_ table: Table<Key, Value>, _ key: Key, _ value: Value) throws(StoreError) {
        try put(try table.entry(key, value))
    }

    mutating func delete<Key, Value>(_ table: Table<Key, Value>, _ key: Key) throws(StoreError) {
        guard tables.contains(table.code) else { throw .crossesShards(table: table.code) }
        let bytes = table.encode(key)
        latest[bytes] = batch.operations.count
        batch.delete(bytes)
        effects.append(CacheEffect(key: bytes, fill: nil))
    }

    /// Takes back everything after the first `count` operations.
    mutating func rollBack(to count: Int) {
        batch.truncate(to: count)
        effects.removeLast(effects.count - count)
        latest.removeAll()
        for (index, operation) in batch.operations.enumerated() {
            switch operation {
            case .put(let key, _), .delete(let key): latest[key] = index
            }
        }
    }
}
