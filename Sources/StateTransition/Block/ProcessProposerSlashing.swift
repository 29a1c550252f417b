public import ConsensusTypes

extension Transition {
    /// Spec: `process_proposer_slashing`.
    public mutating func processProposerSlashing(_ slashing: ProposerSlashing) throws(TransitionError) {
        let function = "process_proposer_slashing"
        let first = slashing.signedHeader1.message
        let second = slashing.signedHeader2.message
        try requireEqual(second.slot, first.slot, function, "signed_header_2.slot")
        try requireEqual(second.proposerIndex, first.proposerIndex, function, "signed_header_2.proposer_index")
        try require(first != second, function, "headers", expected: "two different", got: "the same twice")
        let proposer = try validator(first.proposerIndex, function)
        try require(
            proposer.isSlashable(currentEpoch),
            function,
            "proposer \(first.proposerIndex)",
            expected: "slashable",
            got: "not slashable"
        )
        for header in [slashing.signedHeader1, slashing.signedHeader2] {
            let domain = getDomain(.beaconProposer, epoch: computeEpochAtSlot(header.message.slot))
            try claim(
                function,
                by: [proposer.pubkey],
                computeSigningRoot(header.message, domain),
                header.signature
            )
        }
        try slashValidator(first.proposerIndex)
    }
}
