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
    public convenience init(shufflingBytes: Int = 512 << 20) {
        self.init(shufflingBytes: shufflingBytes, pubkeys: PubkeyCache(), cores: .one)
    }

    /// Takes over keys decompressed for other caches: they belong to no epoch.
    public convenience init(pubkeys: PubkeyCache) {
        self.init(shufflingBytes: 512 << 20, pubkeys: pubkeys, cores: .one)
    }

    /// Has transitions use several cores.
    public convenience init(pubkeys: PubkeyCache, cores: Cores) {
        self.init(shufflingBytes: 512 << 20, pubkeys: pubkeys, cores: cores)
    }

    private init(shufflingBytes: Int, pubkeys: PubkeyCache, cores: Cores) {
        self.pubkeys = pubkeys
        self.cores = cores
        shufflings = EpochTable(costLimit: shufflingBytes) { $0.activeIndices.count * 16 }
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
