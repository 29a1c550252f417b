public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_proposer_preferences_gossip` (gloas).
    public func validateProposerPreferences(
        _ signed: SignedProposerPreferences,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let preferences = signed.message
        let part = GossipSeen.Part(root: preferences.dependentRoot, index: 0, slot: preferences.proposalSlot)
        return judge(since: .gloas) { () throws(GossipRefusal) in
            try require(
                !seen.proposerPreferences.contains(part),
                orIgnore: .alreadySeenPreferencesForThisDependentRootAndProposalSlot
            )
            let epoch = epoch(of: preferences.proposalSlot)
            try require(epoch >= config.gloasForkEpoch, orIgnore: .proposalEpochIsPreGloas)
            try require(!isPastSlot(preferences.proposalSlot), orIgnore: .proposalSlotHasAlreadyStarted)
            let start = shufflingLookaheadStartSlot(epoch)
            try require(!isFutureSlot(start), orIgnore: .proposerForTheProposalSlotIsNotYetKnown)
            let state = try requireDependentState(preferences.dependentRoot, epoch).state
            let lookahead = state.proposerLookahead
            let position = preferences.proposalSlot - start
            try require(
                position < UInt64(lookahead.count) && lookahead[Int(position)] == preferences.validatorIndex,
                orReject: .validatorIsNotTheProposerForTheGivenSlot
            )
            let proposer = try validator(
                preferences.validatorIndex,
                of: state,
                orReject: .validatorIsNotTheProposerForTheGivenSlot
            )
            let domain = scheduledDomain(.proposerPreferences, epoch, state)
            try require(
                isSigned(preferences, by: proposer, of: state, domain, signed.signature),
                orReject: .invalidProposerPreferencesSignature
            )
            seen.proposerPreferences[part] = preferences
        }
    }
}
