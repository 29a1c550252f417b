public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `get_inclusion_list_committee` (heze).
    ///
    /// Where a slot has fewer attesters than the committee has seats, they take turns.
    public mutating func getInclusionListCommittee(_ slot: Slot) throws(TransitionError) -> [ValidatorIndex] {
        var attesters: [ValidatorIndex] = []
        let seats = Int(preset.inclusionListCommitteeSize)
        for index in 0..<(try getCommitteeCountPerSlot(computeEpochAtSlot(slot))) {
            attesters += try getBeaconCommittee(slot, index)
            // The rest is never reached.
            if attesters.count >= seats { return Array(attesters.prefix(seats)) }
        }
        try require(
            !attesters.isEmpty,
            "get_inclusion_list_committee",
            "attesters of slot \(slot)",
            expected: "at least 1",
            got: "0"
        )
        return (0..<seats).map { attesters[$0 % attesters.count] }
    }

    /// Spec: `is_valid_inclusion_list_signature` (heze), by the ledger's policy: throws where that is false.
    public mutating func requireValidInclusionListSignature(
        _ signed: SignedInclusionList
    ) throws(TransitionError) {
        let function = "is_valid_inclusion_list_signature"
        let list = signed.message
        // By the schedule, not by the state: a list may be of the first slot of a fork that the state is not in yet.
        let domain = spec.computeDomain(
            .inclusionListCommittee,
            forkVersion: spec.forkVersion(spec.fork(atSlot: list.slot)),
            genesisValidatorsRoot: state.genesisValidatorsRoot
        )
        try claim(
            function,
            by: [validator(list.validatorIndex, function).pubkey],
            computeSigningRoot(list, domain),
            signed.signature
        )
    }
}
