internal import ConsensusTypes
internal import Hashing
internal import StateTransition

/// The block that decides the shuffling of an epoch, which messages of proposers to come and of includers name.
extension GossipJudge {
    /// Spec: `compute_shuffling_lookahead_start_slot`.
    func shufflingLookaheadStartSlot(_ epoch: Epoch) -> Slot {
        startSlot(of: epoch > preset.minSeedLookahead ? epoch - preset.minSeedLookahead : 0)
    }

    /// Spec: `compute_shuffling_dependent_slot`.
    func shufflingDependentSlot(_ epoch: Epoch) -> Slot {
        let start = shufflingLookaheadStartSlot(epoch)
        return start > 0 ? start - 1 : 0
    }

    /// Spec: `get_shuffling_dependent_root`.
    func shufflingDependentRoot(_ root: Root, _ epoch: Epoch) -> Root? {
        chain.ancestor(of: root, at: shufflingDependentSlot(epoch))
    }

    /// The state that knows the shuffling of `epoch` on the branch that the dependent block stands for.
    func requireDependentState(_ root: Root, _ epoch: Epoch) throws(GossipRefusal) -> Transition {
        guard let block = chain.block(root) else { throw .ignore(.dependentBlockHasNotBeenSeen) }
        guard let state = chain.state(after: root) else { throw .ignore(.dependentBlockFailedValidation) }
        let slot = shufflingDependentSlot(epoch)
        try require(block.slot <= slot, orReject: .dependentBlockIsAfterTheShufflingDependentSlot)
        // Spec: `is_valid_dependent_root`.
        try require(
            root == chain.headRoot || chain.hasChild(of: root, after: slot),
            orIgnore: .dependentBlockIsNotAPossibleDependentBlock
        )
        do throws(TransitionError) {
            return try advance(state, after: root, to: shufflingLookaheadStartSlot(epoch))
        } catch {
            throw .ignore(.shufflingIsNotAvailable)
        }
    }

    /// The domain of `epoch` by the schedule alone.
    func scheduledDomain(_ type: DomainType, _ epoch: Epoch, _ state: BeaconState) -> Domain {
        spec.computeDomain(
            type,
            forkVersion: spec.forkVersion(spec.fork(atEpoch: epoch)),
            genesisValidatorsRoot: state.genesisValidatorsRoot
        )
    }
}
