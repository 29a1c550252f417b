internal import BLS
internal import ConsensusTypes
internal import SSZ

/// The members of some committees of one slot, and which of them attested.
struct AttestingCommittees: Sendable {
    let shuffling: Shuffling
    let slot: Slot
    let indices: [CommitteeIndex]
    /// One bit a member, committee after committee; as many as there are members.
    let bits: Bitlist
    /// Where the members' keys stand.
    let registry: PersistentList<Validator>

    /// One committee: its members, where its bits begin, and how many are set.
    struct Part {
        let index: CommitteeIndex
        let members: ArraySlice<ValidatorIndex>
        let firstBit: Int
        let attesters: Int
    }

    func parts() -> [Part] {
        var parts: [Part] = []
        parts.reserveCapacity(indices.count)
        var at = 0
        for index in indices {
            let members = shuffling.committee(slot: slot, index: index)
            var attesters = 0
            for bit in at..<at + members.count where bits[bit] { attesters += 1 }
            parts.append(Part(index: index, members: members, firstBit: at, attesters: attesters))
            at += members.count
        }
        return parts
    }

    /// Those who attested, in the order of the committees.
    ///
    /// Nobody stands in two committees of a slot, so no index comes twice.
    func attesters() -> [ValidatorIndex] {
        var attesters: [ValidatorIndex] = []
        attesters.reserveCapacity(bits.oneCount)
        for part in parts() { attesters += members(of: part, whoAttested: true) }
        return attesters
    }

    private func members(of part: Part, whoAttested: Bool) -> [ValidatorIndex] {
        var chosen: [ValidatorIndex] = []
        var at = part.firstBit
        for member in part.members {
            if bits[at] == whoAttested { chosen.append(member) }
            at += 1
        }
        return chosen
    }

    /// The sum of the attesters' keys; `nil` where one is no valid key.
    ///
    /// Where most of a committee attested, that is the committee's sum, kept by its shuffling, less the few absent.
    func sumOfKeys(_ pubkeys: PubkeyCache) -> PublicKey? {
        var keys: [PublicKey] = []
        var absent: [PublicKey] = []
        for part in parts() {
            if part.attesters * 2 > part.members.count,
                let whole = shuffling.sumOfKeys(
                    slot: slot,
                    index: part.index,
                    made: {
                        pubkeys.points(of: part.members, in: registry).map { BLS.sum($0) }
                    }
                ),
                let missing = pubkeys.points(of: members(of: part, whoAttested: false)[...], in: registry)
            {
                keys.append(whole)
                absent += missing
            } else {
                // Also where an absent member's key is none: whoever did not sign does not matter.
                guard let present = pubkeys.points(of: members(of: part, whoAttested: true)[...], in: registry)
                else { return nil }
                keys += present
            }
        }
        if !absent.isEmpty { keys.append(PublicKey(point: -BLS.sum(absent).point)) }
        return BLS.sum(keys)
    }
}
