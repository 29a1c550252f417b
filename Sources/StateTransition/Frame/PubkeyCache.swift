internal import BLS
public import ConsensusTypes
internal import Hashing
internal import Locking
public import SSZ

/// Finds validators by their key, and keeps keys decompressed: a registry only grows, so each is worked on once.
///
/// Forks may put different keys at one index before they are final: answers about indices are checked against the
/// state. As large as the largest registry seen, about 160 bytes a validator; keys of no validator are not kept.
public final class PubkeyCache: Sendable {
    /// A key and its point.
    private struct Entry: BitwiseCopyable {
        let key: BLSPubkey
        /// Infinity, which is no key's, until it was needed.
        var point: PublicKey

        var isDecompressed: Bool { !point.isInfinity }
    }

    private struct Table {
        /// The key at each index, as the first state to have that index has it; flat, as each look-up is a cache miss.
        var entries: [Entry] = []
        /// The first index of each key.
        var indices = KeyIndex()

        func index(of key: BLSPubkey) -> Int? { indices.position(of: key) { entries[$0].key } }
    }

    private let table = Guarded(Table())

    public init() {}

    /// Takes in what the registry has beyond those seen so far.
    public func cover(_ validators: PersistentList<Validator>) {
        table.withLock { table in
            let known = table.entries.count
            guard validators.count > known else { return }
            if validators.count > 2 * known { table.entries.reserveCapacity(validators.count) }
            let none = PublicKey(point: .infinity)
            validators.forEachChunk(from: known) { _, chunk in
                for validator in chunk { table.entries.append(Entry(key: validator.pubkey, point: none)) }
            }
            let entries = table.entries
            table.indices.insert(known..<entries.count) { entries[$0].key }
        }
    }

    /// Where the first registry that had `pubkey` has it; another fork's may not.
    func index(of pubkey: BLSPubkey) -> ValidatorIndex? {
        table.withLock { table in table.index(of: pubkey).map { ValidatorIndex($0) } }
    }

    /// The keys of `validators` from `start` on that stand at another index than in the table.
    func differences(of validators: PersistentList<Validator>, from start: Int) -> [BLSPubkey: ValidatorIndex] {
        table.withLock { table in
            var found: [BLSPubkey: ValidatorIndex] = [:]
            validators.forEachChunk(from: start) { first, chunk in
                for (i, validator) in chunk.enumerated() where first + i < table.entries.count {
                    let key = validator.pubkey
                    if table.entries[first + i].key != key, found[key] == nil {
                        found[key] = ValidatorIndex(first + i)
                    }
                }
            }
            return found
        }
    }

    /// The points of the keys at `indices` of a registry; `nil` where one of them is no valid key or not there.
    func points(of indices: ArraySlice<ValidatorIndex>, in registry: PersistentList<Validator>) -> [PublicKey]? {
        // The registry's keys first: walking its tree takes longer than the table, which other threads wait for.
        var keys: [BLSPubkey] = []
        keys.reserveCapacity(indices.count)
        for index in indices {
            guard index < UInt64(registry.count) else { return nil }
            keys.append(registry[Int(index)].pubkey)
        }
        var points = [PublicKey](repeating: PublicKey(point: .infinity), count: indices.count)
        table.withLock { table in
            for (position, index) in indices.enumerated() where index < UInt64(table.entries.count) {
                if table.entries[Int(index)].key == keys[position] {
                    points[position] = table.entries[Int(index)].point
                }
            }
        }
        let missing = points.indices.filter { points[$0].isInfinity }
        if missing.isEmpty { return points }
        guard let found = self.points(of: missing.map { keys[$0] }) else { return nil }
        for (point, position) in zip(found, missing) { points[position] = point }
        return points
    }

    /// The points of `pubkeys`; `nil` where one of them is no valid key.
    ///
    /// No lock is held while keys are decompressed: two threads may do the same one.
    func points(of pubkeys: [BLSPubkey]) -> [PublicKey]? {
        var points = [PublicKey](repeating: PublicKey(point: .infinity), count: pubkeys.count)
        var missing: [(position: Int, index: Int?)] = []
        table.withLock { table in
            for (position, pubkey) in pubkeys.enumerated() {
                let index = table.index(of: pubkey)
                if let index { points[position] = table.entries[index].point }
                if points[position].isInfinity { missing.append((position, index)) }
            }
        }
        if missing.isEmpty { return points }
        for (place, found) in zip(missing, PublicKey.decompress(missing.map { pubkeys[$0.position] })) {
            guard let point = try? found.get() else { return nil }
            points[place.position] = point
        }
        table.withLock { table in
            for (position, index) in missing {
                if let index { table.entries[index].point = points[position] }
            }
        }
        return points
    }

    /// How many validators are covered.
    public var count: Int { table.withLock { $0.entries.count } }

    /// Bytes of keys, points and index.
    public var bytes: Int {
        table.withLock { table in
            table.entries.capacity * MemoryLayout<Entry>.stride + table.indices.bytes
        }
    }

    /// The covered keys at `range` that have no point yet.
    func missingPoints(in range: Range<Int>) -> [(index: Int, key: BLSPubkey)] {
        table.withLock { table in
            let covered = range.clamped(to: 0..<table.entries.count)
            return covered.filter { !table.entries[$0].isDecompressed }.map { ($0, table.entries[$0].key) }
        }
    }

    func keep(_ points: [(index: Int, point: PublicKey)]) {
        table.withLock { table in
            for (index, point) in points where index < table.entries.count { table.entries[index].point = point }
        }
    }

    /// The points from `first` on, up to one that is missing.
    func decompressed(from first: Int, limit: Int) -> [PublicKey] {
        table.withLock { table in
            guard first >= 0, first < table.entries.count, limit > 0 else { return [] }
            var found: [PublicKey] = []
            for entry in table.entries[first...].prefix(limit) {
                guard entry.isDecompressed else { break }
                found.append(entry.point)
            }
            return found
        }
    }
}
