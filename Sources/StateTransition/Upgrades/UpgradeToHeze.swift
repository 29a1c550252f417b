internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `upgrade_to_heze`; the old deposit bridge must be done with.
    mutating func upgradeToHeze() throws(TransitionError) {
        try requireEqual(
            state.eth1DepositIndex,
            state.depositRequestsStartIndex,
            "upgrade_to_heze",
            "eth1_deposit_index"
        )
        enter(.heze)
        state.eth1Data = Eth1Data()
        state.eth1DataVotes.removeAll()
        state.eth1DepositIndex = 0
        state.depositRequestsStartIndex = 0
        state.latestExecutionPayloadBid.inclusionListBits = Bitvector(
            count: Int(clamping: preset.inclusionListCommitteeSize)
        )
    }
}
