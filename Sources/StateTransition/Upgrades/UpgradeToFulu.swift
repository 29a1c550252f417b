internal import ConsensusTypes

extension Transition {
    /// Spec: `upgrade_to_fulu`.
    mutating func upgradeToFulu() throws(TransitionError) {
        enter(.fulu)
        state.proposerLookahead = try initializeProposerLookahead()
    }
}
