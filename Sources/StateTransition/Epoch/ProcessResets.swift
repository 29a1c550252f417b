internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_eth1_data_reset`.
    public mutating func processEth1DataReset() throws(TransitionError) {
        let next = try currentEpoch.plus(1, "process_eth1_data_reset")
        if next % preset.epochsPerEth1VotingPeriod == 0 { state.eth1DataVotes.removeAll() }
    }

    /// Spec: `process_randao_mixes_reset`.
    public mutating func processRandaoMixesReset() throws(TransitionError) {
        try requireVectorLengths("process_randao_mixes_reset")
        let next = try currentEpoch.plus(1, "process_randao_mixes_reset")
        state.randaoMixes[Int(next % preset.epochsPerHistoricalVector)] = getRandaoMix(currentEpoch)
    }

    /// Spec: `process_participation_flag_updates` (altair).
    public mutating func processParticipationFlagUpdates() {
        state.previousEpochParticipation = state.currentEpochParticipation
        state.currentEpochParticipation.replaceAll(with: repeatElement(0, count: state.validators.count))
    }

    /// Spec: `process_participation_record_updates` (phase0).
    public mutating func processParticipationRecordUpdates() {
        state.previousEpochAttestations = state.currentEpochAttestations
        state.currentEpochAttestations = []
    }
}
