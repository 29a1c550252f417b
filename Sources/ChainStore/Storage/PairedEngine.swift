internal import Synchronization

/// Two engines as one: what is large and written once lies in an engine of its own.
///
/// A batch that touches both is written in an order that makes a crash harmless: first what is put into `bulk`, then
/// all of `index`, then what is deleted from `bulk`. So whatever the index names is there, and the worst that a stop
/// between them leaves is an entry of `bulk` that nobody names. Of either engine's part all is there or nothing.
///
/// A batch that deletes from `bulk` is synced, up to the delete itself: after a power cut either engine comes back at a
/// moment of its own, and a name must not come back whose entry has gone, or whose key was given again.
///
/// One writer at a time, as `WriteLane` is.
final class PairedEngine: KeyValueStore {
    private let index: any KeyValueStore
    private let bulk: any KeyValueStore
    /// The keys that lie in `bulk`.
    private let range: KeyRange
    /// Whether `bulk` holds puts that a power cut would take, while the index that names them may be synced.
    private let isUnsynced = Atomic(false)

    init(index: any KeyValueStore, bulk: any KeyValueStore, range: KeyRange = Tables.blockMessages.range) {
        self.index = index
        self.bulk = bulk
        self.range = range
    }

    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { try side(key).get(key) }

    func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] {
        let large = keys.indices.filter { range.contains(keys[$0]) }
        guard !large.isEmpty else { return try index.get(all: keys) }
        guard large.count < keys.count else { return try bulk.get(all: keys) }
        var values = [[UInt8]?](repeating: nil, count: keys.count)
        let small = keys.indices.filter { !range.contains(keys[$0]) }
        for (engine, places) in [(index, small), (bulk, large)] {
            for (place, value) in zip(places, try engine.get(all: places.map { keys[$0] })) { values[place] = value }
        }
        return values
    }

    func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {
        var puts = WriteBatch()
        var rest = WriteBatch()
        var gone: Set<[UInt8]> = []
        for operation in batch.operations {
            switch operation {
            case .put(let key, let value) where range.contains(key):
                puts.put(key, value)
                gone.remove(key)
            case .delete(let key) where range.contains(key): gone.insert(key)
            case .put(let key, let value): rest.put(key, value)
            case .delete(let key): rest.delete(key)
            }
        }
        let durability = gone.isEmpty ? durability : .synced
        // Without puts, a sync alone: the index must not outlive what it names.
        if !puts.isEmpty || (durability == .synced && isUnsynced.load(ordering: .relaxed)) {
            if durability == .written { isUnsynced.store(true, ordering: .relaxed) }
            try bulk.write(puts, durability: durability)
            if durability == .synced { isUnsynced.store(false, ordering: .relaxed) }
        }
        if !rest.isEmpty || batch.isEmpty { try index.write(rest, durability: durability) }
        guard !gone.isEmpty else { return }
        var deletes = WriteBatch()
        for key in gone.sorted(by: { $0.lexicographicallyPrecedes($1) }) { deletes.delete(key) }
        // Its name is gone from the disk; one that a power cut brings back is an entry that nobody names.
        try bulk.write(deletes, durability: .written)
    }

    func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
        var parts = parts(of: range)
        if order == .descending { parts.reverse() }
        for (number, part) in parts.enumerated() {
            let following = number + 1 < parts.count ? parts[number + 1] : nil
            var page = try part.engine.page(part.range, limit: limit, order: order)
            if page.entries.isEmpty, following != nil { continue }
            if let rest = page.remainder ?? following?.range {
                page.remainder =
                    order == .ascending
                    ? KeyRange(from: rest.lower, upTo: range.upper) : KeyRange(from: range.lower, upTo: rest.upper)
            }
            return page
        }
        return Page(entries: [], remainder: nil)
    }

    func compact(_ range: KeyRange) throws(StoreError) {
        for part in parts(of: range) { try part.engine.compact(part.range) }
    }

    /// The index last: its lock is that of the whole directory.
    func close() {
        bulk.close()
        index.close()
    }

    /// The first key of either engine that belongs into the other.
    func misplaced() throws(StoreError) -> [UInt8]? {
        let one = PageLimit(entries: 1)
        if let key = try index.page(range, limit: one, order: .ascending).entries.first?.key { return key }
        for part in parts(of: KeyRange(from: [], upTo: nil)) where part.range != range {
            if let key = try bulk.page(part.range, limit: one, order: .ascending).entries.first?.key { return key }
        }
        return nil
    }

    private func side(_ key: [UInt8]) -> any KeyValueStore { range.contains(key) ? bulk : index }

    /// A range cut where it passes from one engine into the other, in ascending order; empty parts are left out.
    private func parts(of whole: KeyRange) -> [(engine: any KeyValueStore, range: KeyRange)] {
        var parts: [(engine: any KeyValueStore, range: KeyRange)] = []
        let all: [(any KeyValueStore, KeyRange?)] = [
            (index, KeyRange(from: [], upTo: range.lower)), (bulk, range),
            (index, range.upper.map { KeyRange(from: $0, upTo: nil) }),
        ]
        for case (let engine, let part?) in all {
            if let common = part.intersection(whole) { parts.append((engine, common)) }
        }
        return parts
    }
}
