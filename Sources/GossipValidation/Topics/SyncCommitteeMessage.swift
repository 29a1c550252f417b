public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_sync_committee_message_gossip` (altair).
    public func validateSyncCommitteeMessage(
        _ message: SyncCommitteeMessage,
        subnet: UInt64,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let duty = GossipSeen.Duty(time: message.slot, validator: message.validatorIndex, index: subnet)
        return judge(since: .altair) { () throws(GossipRefusal) in
            try require(
                !seen.syncCommitteeMessages.contains(duty),
                orIgnore: .alreadySeenMessageFromThisValidatorForThisSlotAndSubnet
            )
            try require(isCurrentSlot(message.slot), orIgnore: .messageIsNotForTheCurrentSlot)
            let head = try head()
            let member = try validator(message.validatorIndex, of: head.state, orReject: .validatorIndexOutOfRange)
            // Spec: `compute_subnets_for_sync_committee`.
            let isOfSubnet = signingSyncCommittee(head.state).enumerated().contains { position, pubkey in
                pubkey == member.pubkey && UInt64(position / syncSubcommitteeSize) == subnet
            }
            try require(isOfSubnet, orReject: .subnetIdIsNotValidForTheValidator)
            let domain = domain(.syncCommittee, epoch(of: message.slot), head)
            try require(
                isSigned(message.beaconBlockRoot, by: member, of: head.state, domain, message.signature),
                orReject: .invalidSyncCommitteeMessageSignature
            )
            seen.syncCommitteeMessages.insert(duty)
        }
    }
}
