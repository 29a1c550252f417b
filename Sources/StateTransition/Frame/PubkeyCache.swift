internal import BLS
public import ConsensusTypes
internal import Hashing
internal import Locking
public import SSZ

/// Finds validators by their key, and keeps keys decompressed: a registry only grows, so each is worked on once.
///
/// Forks may put different keys at one index before they are final: answers about indices are checked against the
/// state. As large as the largest registry seen, about 300 bytes a validator; keys of no validator are not kept.
public final class PubkeyCache: Sendable {
    private struct Table {
        /// The key at each index, as the first state to have that index has it.
        var keys: [BLSPubkey] = []
        /// The first index of each key.
        var indices: [BLSPubkey: ValidatorIndex] = [:]
        /// The point of each key, once it was needed; as long as `keys`.
        var points: [PublicKey?] = []
    }

    private let table = Guarded(Table())

    public init() {}

    /// Takes in what the registry has beyond those seen so far.
    public func cover(_ validators: PersistentList<Validator>) {
        table.withLock { table in
            let new = validators.count - table.keys.count
            guard new > 0 else { return }
            if new > table.keys.count {
                table.indices.reserveCapacity(validators.count)
                table.keys.reserveCapacity(validators.count)
                table.points.reserveCapacity(validators.count)
            }
            validators.forEachChunk(from: table.keys.count) { first, chunk in
                for (i, validator) in chunk.enumerated() {
                    if table.indices[validator.pubkey] == nil {
                        table.indices[validator.pubkey] = ValidatorIndex(first + i)
                    }
                    table.keys.append(validator.pubkey)
                    table.points.append(nil)
                }
            }
        }
    }

    /// Where the first registry that had `pubkey` has it; another fork's may not.
    func index(of pubkey: BLSPubkey) -> ValidatorIndex? {
        table.withLock { $0.indices[pubkey] }
    }

    /// The keys of `validators` from `start` on that stand at another index than in the table.
    func differences(of validators: PersistentList<Validator>, from start: Int) -> [BLSPubkey: ValidatorIndex] {
        table.withLock { table in
            var found: [BLSPubkey: ValidatorIndex] = [:]
            validators.forEachChunk(from: start) { first, chunk in
                for (i, validator) in chunk.enumerated() where first + i < table.keys.count {
                    let key = validator.pubkey
                    if table.keys[first + i] != key, found[key] == nil { found[key] = ValidatorIndex(first + i) }
                }
            }
            return found
        }
    }

    /// The points of the keys at `indices` of a registry; `nil` where one of them is no valid key or not there.
    func points(of indices: ArraySlice<ValidatorIndex>, in registry: PersistentList<Validator>) -> [PublicKey]? {
        var points = [PublicKey](repeating: BLS.sum([]), count: indices.count)
        var missing: [(position: Int, key: BLSPubkey)] = []
        let areThere = table.withLock { table in
            for (position, index) in indices.enumerated() {
                guard index < UInt64(registry.count) else { return false }
                let key = registry[Int(index)].pubkey
                if index < UInt64(table.keys.count), table.keys[Int(index)] == key, let known = table.points[Int(index)]
                {
                    points[position] = known
                } else {
                    missing.append((position, key))
                }
            }
            return true
        }
        guard areThere else { return nil }
        if missing.isEmpty { return points }
        guard let found = self.points(of: missing.map(\.key)) else { return nil }
        for (point, place) in zip(found, missing) { points[place.position] = point }
        return points
    }

    /// The points of `pubkeys`; `nil` where one of them is no valid key.
    ///
    /// No lock is held while keys are decompressed: two threads may do the same one.
    func points(of pubkeys: [BLSPubkey]) -> [PublicKey]? {
        var points = [PublicKey](repeating: BLS.sum([]), count: pubkeys.count)
        var missing: [(position: Int, index: ValidatorIndex?)] = []
        table.withLock { table in
            for (position, pubkey) in pubkeys.enumerated() {
                let index = table.indices[pubkey]
                if let index, let known = table.points[Int(index)] {
                    points[position] = known
                } else {
                    missing.append((position, index))
                }
            }
        }
        if missing.isEmpty { return points }
        for (place, found) in zip(missing, PublicKey.decompress(missing.map { pubkeys[$0.position] })) {
            guard let point = try? found.get() else { return nil }
            points[place.position] = point
        }
        table.withLock { table in
            for (position, index) in missing {
                if let index { table.points[Int(index)] = points[position] }
            }
        }
        return points
    }

    /// How many validators are covered.
    public var count: Int { table.withLock { $0.keys.count } }

    /// The covered keys at `range` that have no point yet.
    func missingPoints(in range: Range<Int>) -> [(index: Int, key: BLSPubkey)] {
        table.withLock { table in
            let covered = range.clamped(to: 0..<table.keys.count)
            return covered.filter { table.points[$0] == nil }.map { ($0, table.keys[$0]) }
        }
    }

    func keep(_ points: [(index: Int, point: PublicKey)]) {
        table.withLock { table in
            for (index, point) in points where index < table.points.count { table.points[index] = point }
        }
    }

    /// The points from `first` on, up to one that is missing.
    func decompressed(from first: Int, limit: Int) -> [PublicKey] {
        table.withLock { table in
            guard first >= 0, first < table.points.count, limit > 0 else { return [] }
            var found: [PublicKey] = []
            for point in table.points[first...].prefix(limit) {
                guard let point else { break }
                found.append(point)
            }
            return found
        }
    }
}
