public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_proposer_lookahead` (fulu).
    public mutating func processProposerLookahead() throws(TransitionError) {
        let epoch = try lookaheadEpoch()
        try processProposerLookahead(proposerCandidates(epoch))
    }

    mutating func processProposerLookahead(_ candidates: [ValidatorIndex]) throws(TransitionError) {
        try requireVectorLengths("process_proposer_lookahead")
        let proposers = try computeProposerIndices(lookaheadEpoch(), candidates)
        state.proposerLookahead.removeFirst(proposers.count)
        state.proposerLookahead += proposers
    }

    /// Spec: `initialize_proposer_lookahead` (fulu).
    func initializeProposerLookahead() throws(TransitionError) -> [ValidatorIndex] {
        let last = try lookaheadEpoch()
        var lookahead: [ValidatorIndex] = []
        for epoch in currentEpoch..<last { lookahead += try getBeaconProposerIndices(epoch) }
        return lookahead
    }

    /// Spec: `get_beacon_proposer_indices` (fulu).
    public func getBeaconProposerIndices(_ epoch: Epoch) throws(TransitionError) -> [ValidatorIndex] {
        try computeProposerIndices(epoch, proposerCandidates(epoch))
    }

    /// Who may be drawn to propose in `epoch`: whoever is active, from gloas on only while not slashed.
    private func proposerCandidates(_ epoch: Epoch) -> [ValidatorIndex] {
        let active = getActiveValidatorIndices(epoch)
        return fork >= .gloas ? active.filter { !state.validators[Int($0)].slashed } : active
    }

    /// Spec: `compute_proposer_indices` (fulu), of an epoch's slots.
    private func computeProposerIndices(
        _ epoch: Epoch,
        _ candidates: [ValidatorIndex]
    ) throws(TransitionError) -> [ValidatorIndex] {
        let function = "compute_proposer_indices"
        let epochSeed = getSeed(epoch, .beaconProposer).bytes
        let start = try epoch.times(preset.slotsPerEpoch, function)
        var proposers: [ValidatorIndex] = []
        for offset in 0..<preset.slotsPerEpoch {
            let seed = SHA256.hash(epochSeed + littleEndianBytes(try start.plus(offset, function)))
            proposers.append(try computeProposerIndex(candidates, seed: seed))
        }
        return proposers
    }

    /// The first epoch whose proposers the state does not yet hold.
    private func lookaheadEpoch() throws(TransitionError) -> Epoch {
        try currentEpoch.plus(preset.minSeedLookahead + 1, "process_proposer_lookahead")
    }
}
