public import ConsensusTypes
internal import Hashing
internal import SSZ

/// Spec: `is_slashable_attestation_data`: a double vote, or one that surrounds the other.
public func isSlashableAttestationData(_ first: AttestationData, _ second: AttestationData) -> Bool {
    let double = first != second && first.target.epoch == second.target.epoch
    let surround = first.source.epoch < second.source.epoch && second.target.epoch < first.target.epoch
    return double || surround
}

extension Transition {
    /// Spec: `get_attesting_indices`, in the order of the committees; an error of `function` where the bits do not fit.
    ///
    /// Nobody stands in two committees of a slot, so no index comes twice.
    public mutating func getAttestingIndices(
        _ attestation: Attestation,
        _ function: String = "get_attesting_indices"
    ) throws(TransitionError) -> [ValidatorIndex] {
        try attestingCommittees(attestation, function).attesters()
    }

    /// The committees that an attestation speaks for; an error of `function` where its bits do not fit them.
    mutating func attestingCommittees(
        _ attestation: Attestation,
        _ function: String
    ) throws(TransitionError) -> AttestingCommittees {
        let data = attestation.data
        let shuffling = try shuffling(computeEpochAtSlot(data.slot))
        let bits = attestation.aggregationBits
        let chosen = fork >= .electra ? attestation.committeeBits.oneIndices.map(CommitteeIndex.init) : [data.index]
        var members = 0
        for index in chosen {
            try require(
                index < shuffling.committeesPerSlot,
                function,
                "committee index",
                expected: "below \(shuffling.committeesPerSlot)",
                got: "\(index)"
            )
            members += shuffling.committee(slot: data.slot, index: index).count
        }
        try requireEqual(bits.count, members, function, "aggregation_bits length")
        let committees = AttestingCommittees(
            shuffling: shuffling,
            slot: data.slot,
            indices: chosen,
            bits: bits,
            registry: state.validators
        )
        if fork >= .electra {
            for (index, committee) in zip(chosen, committees.parts()) {
                try require(
                    committee.attesters > 0,
                    function,
                    "attesters of committee \(index)",
                    expected: "at least 1",
                    got: "0"
                )
            }
        }
        return committees
    }

    /// Spec: `get_indexed_attestation`.
    public mutating func getIndexedAttestation(
        _ attestation: Attestation
    ) throws(TransitionError) -> IndexedAttestation {
        IndexedAttestation(
            attestingIndices: try getAttestingIndices(attestation).sorted(),
            data: attestation.data,
            signature: attestation.signature
        )
    }

    /// Spec: `is_valid_indexed_attestation`: throws an error of `function` where that is false.
    public mutating func requireValidIndexedAttestation(
        _ attestation: IndexedAttestation,
        _ function: String = "is_valid_indexed_attestation"
    ) throws(TransitionError) {
        let indices = attestation.attestingIndices
        if fork >= .gloas {
            let limit = preset.maxValidatorsPerCommittee * preset.maxCommitteesPerSlot
            try requireAtMost(limit, indices.count, function, "attesting_indices count")
        }
        let ascending = zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 }
        try require(
            ascending,
            function,
            "attesting_indices",
            expected: "each greater than the one before",
            got: "another order"
        )
        try claimAttestation(attestation.data, by: indices, attestation.signature, function)
    }

    /// Spec: `is_attestation_same_slot` (gloas): whether the vote is for a block of its own slot.
    public func isAttestationSameSlot(_ data: AttestationData) throws(TransitionError) -> Bool {
        if data.slot == 0 { return true }
        let own = try getBlockRootAtSlot(data.slot)
        let before = try getBlockRootAtSlot(data.slot - 1)
        return data.beaconBlockRoot == own && own != before
    }

    /// Hands the signature of `attesters`, none of them twice, to the ledger.
    mutating func claimAttestation(
        _ data: AttestationData,
        by attesters: [ValidatorIndex],
        _ signature: BLSSignature,
        _ function: String
    ) throws(TransitionError) {
        try require(!attesters.isEmpty, function, "attesting_indices", expected: "at least 1", got: "0")
        if signatures.policy == .trust {
            // The spec looks every attester up before it verifies; without verifying that still decides validity.
            if let last = attesters.max() { _ = try validator(last, function) }
            return
        }
        var pubkeys: [BLSPubkey] = []
        pubkeys.reserveCapacity(attesters.count)
        for index in attesters { pubkeys.append(try validator(index, function).pubkey) }
        let domain = getDomain(.beaconAttester, epoch: data.target.epoch)
        try claim(function, by: pubkeys, computeSigningRoot(data, domain), signature)
    }

    /// Hands the signature of the attesters among `committees` to the ledger.
    mutating func claimAttestation(
        _ data: AttestationData,
        by committees: AttestingCommittees,
        _ signature: BLSSignature,
        _ function: String
    ) throws(TransitionError) {
        try require(committees.bits.oneCount > 0, function, "attesters", expected: "at least 1", got: "0")
        if signatures.policy == .trust { return }
        caches.pubkeys.cover(state.validators)
        let domain = getDomain(.beaconAttester, epoch: data.target.epoch)
        var claim = SignatureClaim(
            function: function,
            pubkeys: [],
            message: computeSigningRoot(data, domain),
            signature: signature
        )
        claim.committees = committees
        try signatures.add(claim, caches: caches)
    }

    /// Hands a signature to the ledger.
    mutating func claim(
        _ function: String,
        kind: TransitionError.Kind = .signature,
        by pubkeys: [BLSPubkey],
        _ message: Root,
        _ signature: BLSSignature
    ) throws(TransitionError) {
        if signatures.policy == .trust { return }
        caches.pubkeys.cover(state.validators)
        try signatures.add(
            SignatureClaim(function: function, kind: kind, pubkeys: pubkeys, message: message, signature: signature),
            caches: caches
        )
    }
}
