internal import ConsensusTypes
internal import Synchronization

/// Results shared by all transitions of one chain, whichever fork they are on.
///
/// Shufflings are keyed by epoch and decision root: two forks with the same seed may still differ in who is active.
public final class TransitionCaches: Sendable {
    struct ShufflingKey: Hashable {
        var epoch: Epoch
        var decisionRoot: Root
    }

    private let shufflings = Mutex<[ShufflingKey: Shuffling]>([:])
    /// Shufflings kept before the oldest epoch is dropped.
    private let shufflingLimit: Int
    /// Registries as they stood when an epoch began, about ten bytes a validator each; see `registryOfEpoch`.
    private let registries = Mutex<[ShufflingKey: RegistrySummary]>([:])
    private static let registryLimit = 4
    /// Keys decompressed so far.
    public let pubkeys = PubkeyCache()

    public init(shufflingLimit: Int = 64) { self.shufflingLimit = shufflingLimit }

    func registry(_ key: ShufflingKey) -> RegistrySummary? { registries.withLock { $0[key] } }

    func keep(_ registry: RegistrySummary, _ key: ShufflingKey) {
        registries.withLock { table in
            table[key] = registry
            if table.count > Self.registryLimit, let oldest = table.keys.min(by: { $0.epoch < $1.epoch }) {
                table[oldest] = nil
            }
        }
    }

    func shuffling(
        _ key: ShufflingKey,
        compute: () throws(TransitionError) -> Shuffling
    ) throws(TransitionError) -> Shuffling {
        if let known = shufflings.withLock({ $0[key] }) { return known }
        let made = try compute()
        shufflings.withLock { table in
            table[key] = made
            if table.count > shufflingLimit, let oldest = table.keys.min(by: { $0.epoch < $1.epoch }) {
                table[oldest] = nil
            }
        }
        return made
    }
}
