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
            let attesters = bits.oneCount(in: at..<at + members.count)
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
        for part in parts() { append(membersOf: part, whoAttested: true, to: &attesters) }
        return attesters
    }

    private func members(of part: Part, whoAttested: Bool) -> [ValidatorIndex] {
        var chosen: [ValidatorIndex] = []
        append(membersOf: part, whoAttested: whoAttested, to: &chosen)
        return chosen
    }

    private func append(membersOf part: Part, whoAttested: Bool, to chosen: inout [ValidatorIndex]) {
        let packed = bits.bytes
        var at = part.firstBit
        for member in part.members {
            if packed[at >> 3] >> UInt8(at & 7) & 1 == (whoAttested ? 1 : 0) { chosen.append(member) }
            at += 1
        }
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
