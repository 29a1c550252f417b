public import ConsensusTypes

extension Transition {
    /// Spec: `process_attester_slashing`.
    public mutating func processAttesterSlashing(_ slashing: AttesterSlashing) throws(TransitionError) {
        let function = "process_attester_slashing"
        let first = slashing.attestation1
        let second = slashing.attestation2
        try require(
            isSlashableAttestationData(first.data, second.data),
            function,
            "attestations",
            expected: "a double or surround vote",
            got: "neither"
        )
        try requireValidIndexedAttestation(first, function)
        try requireValidIndexedAttestation(second, function)
        let epoch = currentEpoch
        let both = Set(second.attestingIndices)
        var slashedAny = false
        // Both lists are ascending by now.
        for index in first.attestingIndices where both.contains(index) {
            guard try validator(index, function).isSlashable(epoch) else { continue }
            try slashValidator(index)
            slashedAny = true
        }
        try require(slashedAny, function, "slashable attesters in both", expected: "at least 1", got: "0")
    }
}
