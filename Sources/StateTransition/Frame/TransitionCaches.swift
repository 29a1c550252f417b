internal import ConsensusTypes
public import Locking

/// Results shared by all transitions of one chain, whichever fork they are on.
///
/// What an epoch decides is keyed by the epoch and a decision root: two forks with the same seed may still differ in
/// who is active.
public final class TransitionCaches: Sendable {
    private let shufflings: EpochTable<Shuffling>
    /// Registries as they stood when an epoch began, about ten bytes a validator each; see `registryOfEpoch`.
    private let registries = Guarded<[EpochKey: RegistrySummary]>([:])
    private static let registryLimit = 4
    private let syncCommittees: EpochTable<SyncCommitteeMembers>
    /// Keys decompressed so far.
    public let pubkeys: PubkeyCache
    /// What passes over big states and batches of signatures are shared out among.
    public let cores: Cores

    /// `shufflingBytes` bounds the shufflings; one of a million validators takes 16 MB.
    public convenience init(shufflingBytes: Int = 256 << 20) {
        self.init(shufflingBytes: shufflingBytes, pubkeys: PubkeyCache(), cores: .one)
    }

    /// Takes over keys decompressed for other caches: they belong to no epoch.
    public convenience init(pubkeys: PubkeyCache) {
        self.init(shufflingBytes: 256 << 20, pubkeys: pubkeys, cores: .one)
    }

    /// Has transitions use several cores.
    public convenience init(pubkeys: PubkeyCache, cores: Cores, shufflingBytes: Int = 256 << 20) {
        self.init(shufflingBytes: shufflingBytes, pubkeys: pubkeys, cores: cores)
    }

    private init(shufflingBytes: Int, pubkeys: PubkeyCache, cores: Cores) {
        self.pubkeys = pubkeys
        self.cores = cores
        shufflings = EpochTable(costLimit: shufflingBytes) { $0.bytes }
        syncCommittees = EpochTable(costLimit: Self.syncCommitteeBytes) { $0.indices.count * 100 }
    }

    /// Some eighty of them.
    private static let syncCommitteeBytes = 4 << 20

    func syncCommittee(
        _ key: EpochKey,
        compute: () throws(TransitionError) -> SyncCommitteeMembers
    ) throws(TransitionError) -> SyncCommitteeMembers {
        try syncCommittees.value(key, compute: compute)
    }

    /// What one of the caches holds.
    public struct Holding: Hashable, Sendable {
        public let name: String
        public let entries: Int
        public let bytes: Int
    }

    /// What each cache holds now.
    public var holdings: [Holding] {
        let summaries = registries.withLock { table in
            Holding(name: "registries", entries: table.count, bytes: table.values.reduce(0) { $0 + $1.bytes })
        }
        return [
            Holding(name: "shufflings", entries: shufflings.count, bytes: shufflings.bytes), summaries,
            Holding(name: "sync_committees", entries: syncCommittees.count, bytes: syncCommittees.bytes),
            Holding(name: "pubkeys", entries: pubkeys.count, bytes: pubkeys.bytes),
        ]
    }

    func registry(_ key: EpochKey) -> RegistrySummary? { registries.withLock { $0[key] } }

    func keep(_ registry: RegistrySummary, _ key: EpochKey) {
        registries.withLock { table in
            table[key] = registry
            if table.count > Self.registryLimit, let oldest = table.keys.min(by: { $0.epoch < $1.epoch }) {
                table[oldest] = nil
            }
        }
    }

    func shuffling(
        _ key: EpochKey,
        compute: () throws(TransitionError) -> Shuffling
    ) throws(TransitionError) -> Shuffling {
        try shufflings.value(key, compute: compute)
    }
}

extension Shuffling {
    /// Both lists, and the sums of all committees' keys, which come with time.
    var bytes: Int {
        let sums = Int(clamping: committeesPerSlot.multipliedReportingOverflow(by: slotsPerEpoch).partialValue) * 232
        return (activeIndices.capacity + shuffled.capacity) * MemoryLayout<ValidatorIndex>.stride + sums
    }
}

extension RegistrySummary {
    var bytes: Int {
        marks.capacity * MemoryLayout<Marks>.stride + effectiveBalances.capacity * MemoryLayout<Gwei>.stride
            + (registryCandidates.capacity + slashingsDue.capacity) * MemoryLayout<Int>.stride + 256
    }
}
