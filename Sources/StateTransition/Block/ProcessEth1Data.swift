public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_eth1_data`.
    public mutating func processEth1Data(_ body: BeaconBlockBody) throws(TransitionError) {
        let slots = preset.epochsPerEth1VotingPeriod * preset.slotsPerEpoch
        try requireRoom(state.eth1DataVotes.count, slots, "process_eth1_data", "eth1_data_votes")
        state.eth1DataVotes.append(body.eth1Data)
        var votes: UInt64 = 0
        state.eth1DataVotes.forEachChunk { _, chunk in
            for vote in chunk where vote == body.eth1Data { votes += 1 }
        }
        if votes * 2 > slots { state.eth1Data = body.eth1Data }
    }
}
