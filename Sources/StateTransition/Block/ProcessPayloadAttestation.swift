public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_payload_attestation` (gloas).
    public mutating func processPayloadAttestation(_ attestation: PayloadAttestation) throws(TransitionError) {
        let function = "process_payload_attestation"
        let data = attestation.data
        try requireEqual(data.beaconBlockRoot, state.latestBlockHeader.parentRoot, function, "beacon_block_root")
        try requireEqual(try data.slot.plus(1, function), state.slot, function, "slot after that of the attestation")
        try requireValidIndexedPayloadAttestation(getIndexedPayloadAttestation(attestation), function)
    }

    /// Spec: `get_indexed_payload_attestation` (gloas): ascending, members with several seats as often as they voted.
    public func getIndexedPayloadAttestation(
        _ attestation: PayloadAttestation
    ) throws(TransitionError) -> IndexedPayloadAttestation {
        let committee = try getPtc(attestation.data.slot)
        let bits = attestation.aggregationBits
        try requireEqual(bits.count, committee.count, "get_indexed_payload_attestation", "aggregation_bits length")
        return IndexedPayloadAttestation(
            attestingIndices: committee.indices.filter { bits[$0] }.map { committee[$0] }.sorted(),
            data: attestation.data,
            signature: attestation.signature
        )
    }

    /// Spec: `is_valid_indexed_payload_attestation` (gloas): throws an error of `function` where that is false.
    public mutating func requireValidIndexedPayloadAttestation(
        _ attestation: IndexedPayloadAttestation,
        _ function: String = "is_valid_indexed_payload_attestation"
    ) throws(TransitionError) {
        let indices = attestation.attestingIndices
        try require(!indices.isEmpty, function, "attesting_indices", expected: "at least 1", got: "0")
        try require(
            zip(indices, indices.dropFirst()).allSatisfy { $0 <= $1 },
            function,
            "attesting_indices",
            expected: "none less than the one before",
            got: "another order"
        )
        var pubkeys: [BLSPubkey] = []
        for index in indices { pubkeys.append(try validator(index, function).pubkey) }
        let domain = getDomain(.ptcAttester, epoch: computeEpochAtSlot(attestation.data.slot))
        try claim(function, by: pubkeys, computeSigningRoot(attestation.data, domain), attestation.signature)
    }
}
