internal import ConsensusTypes
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// The keys of the committee that signs for the head's slot.
    ///
    /// Who signs for a slot is seen in the block of the next, which may be the first of another period.
    func signingSyncCommittee(_ head: BeaconState) -> [BLSPubkey] {
        let period = epoch(of: head.slot) / preset.epochsPerSyncCommitteePeriod
        let next = epoch(of: head.slot &+ 1) / preset.epochsPerSyncCommitteePeriod
        return Array((period == next ? head.currentSyncCommittee : head.nextSyncCommittee).pubkeys)
    }

    /// How many members of the committee share a subnet.
    var syncSubcommitteeSize: Int { Int(preset.syncCommitteeSize / Constants.syncCommitteeSubnetCount) }
}
