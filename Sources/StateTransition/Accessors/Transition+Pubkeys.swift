public import ConsensusTypes
public import Hashing
internal import SSZ

extension Transition {
    /// The index of the validator with this key.
    ///
    /// The shared table answers for nearly all. It cannot say that this state does not have a key: the first such
    /// question makes a pass over the registry for the keys that stand elsewhere here than in the table.
    public mutating func validatorIndex(of pubkey: BLSPubkey) -> ValidatorIndex? {
        caches.pubkeys.cover(state.validators)
        if let found = caches.pubkeys.index(of: pubkey), found < UInt64(state.validators.count),
            state.validators[Int(found)].pubkey == pubkey
        {
            return found
        }
        var own = ownPubkeys ?? (checked: 0, indices: [:])
        if own.checked < state.validators.count {
            own.indices.merge(caches.pubkeys.differences(of: state.validators, from: own.checked)) { first, _ in first }
            own.checked = state.validators.count
            ownPubkeys = own
        }
        return own.indices[pubkey]
    }
}
