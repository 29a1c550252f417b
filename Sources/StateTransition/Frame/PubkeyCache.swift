internal import BLS
public import ConsensusTypes
internal import Hashing
internal import Locking
public import SSZ

/// Finds validators by their key, and keeps keys decompressed: a registry only grows, so each is worked on once.
///
/// Forks may put different keys at one index before they are final: answers about indices are checked against the
/// state. As large as the largest registry seen, about 190 bytes a validator; keys of no validator are not kept.
public final class PubkeyCache: Sendable {
    /// A key and its point.
    private struct Entry: PersistentElement {
        let key: BLSPubkey
        /// Infinity, which is no key's, until it was needed.
        var point: PublicKey

        var isDecompressed: Bool { !point.isInfinity }

        /// Nobody asks a table of keys for its root.
        func elementRoot() -> Bytes32 { key.elementRoot() }
    }

    private struct Table {
        /// The key at each index, as the first state to have that index has it.
        ///
        /// A list whose copies cost nothing: who looks up many keys does so on a copy, and holds nobody up.
        var entries = PersistentList<Entry>()
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
            validators.forEachChunk(from: known) { _, chunk in
                table.entries.append(
                    contentsOf: chunk.lazy.map { Entry(key: $0.pubkey, point: PublicKey(point: .infinity)) }
                )
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
        let entries = entries
        var found: [BLSPubkey: ValidatorIndex] = [:]
        validators.forEachChunk(from: start) { first, chunk in
            entries.forEachChunk(in: first..<first + chunk.count) { firstKnown, known in
                for (i, entry) in known.enumerated() {
                    let key = chunk[firstKnown - first + i].pubkey
                    if entry.key != key, found[key] == nil { found[key] = ValidatorIndex(firstKnown + i) }
                }
            }
        }
        return found
    }

    /// The points of the keys at `indices` of a registry; `nil` where one of them is no valid key or not there.
    func points(of indices: ArraySlice<ValidatorIndex>, in registry: PersistentList<Validator>) -> [PublicKey]? {
        var points: [PublicKey] = []
        points.reserveCapacity(indices.count)
        var missing: [(position: Int, key: BLSPubkey)] = []
        let entries = entries
        for (position, index) in indices.enumerated() {
            guard index < UInt64(registry.count) else { return nil }
            let key = registry[Int(index)].pubkey
            var point = PublicKey(point: .infinity)
            if index < UInt64(entries.count) {
                let entry = entries[Int(index)]
                if entry.key == key { point = entry.point }
            }
            if point.isInfinity { missing.append((position, key)) }
            points.append(point)
        }
        if missing.isEmpty { return points }
        guard let found = self.points(of: missing.map(\.key)) else { return nil }
        for (point, place) in zip(found, missing) { points[place.position] = point }
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
                if let index { table.entries.update(at: index) { $0.point = points[position] } }
            }
        }
        return points
    }

    private var entries: PersistentList<Entry> { table.withLock { $0.entries } }

    /// How many validators are covered.
    public var count: Int { entries.count }

    /// Bytes of keys, points and index.
    public var bytes: Int {
        table.withLock { table in
            // The list has room for a root beside each entry.
            table.entries.count * (MemoryLayout<Entry>.stride + 36) + table.indices.bytes
        }
    }

    /// The covered keys at `range` that have no point yet.
    func missingPoints(in range: Range<Int>) -> [(index: Int, key: BLSPubkey)] {
        var missing: [(index: Int, key: BLSPubkey)] = []
        let entries = entries
        entries.forEachChunk(in: range.clamped(to: 0..<entries.count)) { first, chunk in
            for (i, entry) in chunk.enumerated() where !entry.isDecompressed { missing.append((first + i, entry.key)) }
        }
        return missing
    }

    func keep(_ points: [(index: Int, point: PublicKey)]) {
        table.withLock { table in
            for (index, point) in points where index < table.entries.count {
                table.entries.update(at: index) { $0.point = point }
            }
        }
    }

    /// The points from `first` on, up to one that is missing.
    func decompressed(from first: Int, limit: Int) -> [PublicKey] {
        let entries = entries
        guard first >= 0, first < entries.count, limit > 0 else { return [] }
        var found: [PublicKey] = []
        for index in first..<first + min(limit, entries.count - first) {
            let entry = entries[index]
            guard entry.isDecompressed else { break }
            found.append(entry.point)
        }
        return found
    }
}
