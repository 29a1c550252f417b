public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_proposer_slashing_gossip`.
    public func validateProposerSlashing(_ slashing: ProposerSlashing, seen: inout GossipSeen) -> GossipVerdict {
        let (first, second) = (slashing.signedHeader1.message, slashing.signedHeader2.message)
        let index = first.proposerIndex
        return judge { () throws(GossipRefusal) in
            try require(
                !seen.proposerSlashings.contains(index),
                orIgnore: .alreadySeenProposerSlashingForThisProposer
            )
            try require(first.slot == second.slot, orReject: .headerSlotsDoNotMatch)
            try require(index == second.proposerIndex, orReject: .headerProposerIndicesDoNotMatch)
            try require(first != second, orReject: .headersAreNotDifferent)
            let head = try head()
            let proposer = try validator(index, of: head.state, orReject: .proposerIndexOutOfRange)
            try require(proposer.isSlashable(head.currentEpoch), orReject: .proposerIsNotSlashable)
            for header in [slashing.signedHeader1, slashing.signedHeader2] {
                let domain = domain(.beaconProposer, epoch(of: header.message.slot), head)
                try require(
                    isSigned(header.message, by: proposer, of: head.state, domain, header.signature),
                    orReject: .invalidProposerSlashingSignature
                )
            }
            seen.proposerSlashings.insert(index)
        }
    }
}
