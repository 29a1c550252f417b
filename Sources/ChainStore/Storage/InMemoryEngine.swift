internal import Concurrency

/// A `KeyValueStore` that forgets: for tests, and for replays that keep nothing.
///
/// It keeps apart what was synced from what was only written, so a test can cut the power.
public final class InMemoryEngine: KeyValueStore {
    private struct State {
        var contents = SortedBytes()
        var synced = SortedBytes()
        var isClosed = false
    }

    private let state: Guarded<State>

    public init() { state = Guarded(State()) }

    private init(_ contents: SortedBytes) {
        state = Guarded(State(contents: contents, synced: contents))
    }

    public func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        try read().values[key]
    }

    public func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] {
        let contents = try read()
        return keys.map { contents.values[$0] }
    }

    public func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {
        let isClosed = state.withLock { state in
            guard !state.isClosed else { return true }
            for operation in batch.operations {
                switch operation {
                case .put(let key, let value): state.contents.put(key, value)
                case .delete(let key): state.contents.delete(key)
                }
            }
            if durability == .synced { state.synced = state.contents }
            return false
        }
        if isClosed { throw .closed }
    }

    public func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
        try read().page(range, limit: limit, order: order)
    }

    public func close() {
        state.withLock { $0.isClosed = true }
    }

    /// What another process would find after `kill -9`: everything acknowledged.
    public func afterKill() -> InMemoryEngine { InMemoryEngine(state.withLock { $0.contents }) }

    /// What would be found after a power cut: everything up to the last sync.
    public func afterPowerCut() -> InMemoryEngine { InMemoryEngine(state.withLock { $0.synced }) }

    private func read() throws(StoreError) -> SortedBytes {
        let contents = state.withLock { $0.isClosed ? nil : $0.contents }
        guard let contents else { throw .closed }
        return contents
    }
}

/// A dictionary with its keys in order beside it.
private struct SortedBytes: Sendable {
    private(set) var values: [[UInt8]: [UInt8]] = [:]
    private var keys: [[UInt8]] = []

    mutating func put(_ key: [UInt8], _ value: [UInt8]) {
        if values.updateValue(value, forKey: key) == nil { keys.insert(key, at: position(key)) }
    }

    mutating func delete(_ key: [UInt8]) {
        if values.removeValue(forKey: key) != nil { keys.remove(at: position(key)) }
    }

    func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) -> Page {
        let first = position(range.lower)
        let end = max(first, range.upper.map(position) ?? keys.count)
        var page = Page(entries: [], remainder: nil)
        var bytes = 0
        for offset in 0..<(end - first) {
            let key = order == .ascending ? keys[first + offset] : keys[end - 1 - offset]
            let value = values[key, default: []]
            let total = bytes + key.count + value.count
            if let last = page.entries.last, page.entries.count >= limit.entries || total > limit.bytes {
                page.remainder = range.remainder(after: last.key, order: order)
                break
            }
            bytes = total
            page.entries.append(.init(key: key, value: value))
        }
        return page
    }

    /// Where `key` is, or would have to be put.
    private func position(_ key: [UInt8]) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
