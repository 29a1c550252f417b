public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_voluntary_exit_gossip`.
    public func validateVoluntaryExit(_ signed: SignedVoluntaryExit, seen: inout GossipSeen) -> GossipVerdict {
        let exit = signed.message
        let index = exit.validatorIndex
        return judge { () throws(GossipRefusal) in
            try require(!seen.voluntaryExits.contains(index), orIgnore: .alreadySeenVoluntaryExitForThisValidator)
            try require(!isFutureEpoch(exit.epoch), orIgnore: .voluntaryExitEpochIsInTheFuture)
            let head = try head()
            let leaving = try validator(index, of: head.state, orReject: .validatorIndexOutOfRange)
            try require(leaving.exitEpoch == farFutureEpoch, orIgnore: .validatorHasAlreadyInitiatedExit)
            let epoch = head.currentEpoch
            try require(leaving.isActive(epoch), orReject: .validatorIsNotActive)
            try require(
                epoch - leaving.activationEpoch >= config.shardCommitteePeriod,
                orReject: .validatorHasNotBeenActiveLongEnough
            )
            // Since deneb an exit is signed once for all later forks.
            let domain =
                fork >= .deneb
                ? spec.computeDomain(
                    .voluntaryExit,
                    forkVersion: config.capellaForkVersion,
                    genesisValidatorsRoot: head.state.genesisValidatorsRoot
                ) : domain(.voluntaryExit, exit.epoch, head)
            try require(
                isSigned(exit, by: leaving, of: head.state, domain, signed.signature),
                orReject: .invalidVoluntaryExitSignature
            )
            seen.voluntaryExits.insert(index)
        }
    }
}
