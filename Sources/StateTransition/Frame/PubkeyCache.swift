internal import ConsensusTypes
internal import SSZ
internal import Synchronization

/// Finds validators by their key; a registry only grows, so what was seen once stays true.
///
/// Forks may put different keys at one index before they are final: every answer is checked against the state.
public final class PubkeyCache: Sendable {
    private struct Table {
        var indices: [BLSPubkey: ValidatorIndex] = [:]
        var covered = 0
    }

    private let table = Mutex(Table())

    public init() {}

    /// The index of `pubkey` in the registry of `state`.
    func index(of pubkey: BLSPubkey, in state: BeaconState) -> ValidatorIndex? {
        let found = table.withLock { table -> ValidatorIndex? in
            if table.covered < state.validators.count {
                for i in table.covered..<state.validators.count {
                    let key = state.validators[i].pubkey
                    // The first validator of a key is the one the spec's search finds.
                    if table.indices[key] == nil { table.indices[key] = ValidatorIndex(i) }
                }
                table.covered = state.validators.count
            }
            return table.indices[pubkey]
        }
        if let found, found < state.validators.count, state.validators[Int(found)].pubkey == pubkey { return found }
        // Another fork's registry filled the table at this place: search this state's own.
        if let at = state.validators.enumerated().first(where: { $0.element.pubkey == pubkey })?.offset {
            return ValidatorIndex(at)
        }
        return nil
    }
}
