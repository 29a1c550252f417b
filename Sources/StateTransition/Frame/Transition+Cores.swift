public import ConsensusTypes
public import Hashing
public import Locking
public import SSZ

extension Transition {
    /// Validators from which on the passes over a state are shared out among cores: below, one core has done them before
    /// another wakes up.
    static let validatorsForCores = 1 << 16

    /// The cores for a pass over the whole state.
    var cores: Cores { state.validators.count >= Transition.validatorsForCores ? caches.cores : .one }

    /// The root of the state, its big lists hashed on the cores of the caches.
    public func stateRoot() -> Root { state.hashTreeRoot(in: context, on: cores) }

    /// A copy at the start of `slot`, the first of an epoch or any other, with all made ready that its block will ask.
    ///
    /// For whoever has time before the slot: the block then finds the epoch processed, all roots known, and in the shared
    /// caches the epoch's registry and the committees of its epoch and the next. Other transitions with these caches find
    /// those too, whatever branch they are on, as long as it leaves the same blocks behind. The state of the copy serves as
    /// the pre-state of the slot's block, and of later ones, as if their own `processSlots` had come so far.
    public func prepared(for slot: Slot) throws(TransitionError) -> Transition {
        var ahead = self
        if ahead.state.slot < slot { try ahead.processSlots(slot) }
        try ahead.prepareEpoch()
        _ = ahead.stateRoot()
        return ahead
    }

    /// Makes what the blocks of this state's epoch will ask: registry, committees of the epoch and of the next.
    ///
    /// Cheap where the shared caches have it. The next epoch's committees are known an epoch before, so at the boundary a
    /// chain that is prepared once an epoch finds those of the new one made.
    public mutating func prepareEpoch() throws(TransitionError) {
        _ = try getTotalActiveBalance()
        _ = try effectiveBalancesOfEpoch()
        _ = try shuffling(currentEpoch)
        _ = try shuffling(currentEpoch.plus(1, "prepare_epoch"))
        _ = try getBeaconProposerIndex()
    }
}

extension BeaconState {
    /// The same root, with the big lists hashed on several cores first.
    ///
    /// Lists keep the roots of their nodes, so the root finds what the cores leave behind.
    public func hashTreeRoot(in context: ShapeContext, on cores: Cores) -> Root {
        if cores.width > 1 {
            var work = validators.rootWork()
            work += balances.rootWork()
            work += previousEpochParticipation.rootWork()
            work += currentEpochParticipation.rootWork()
            work += inactivityScores.rootWork()
            work += randaoMixes.rootWork()
            let parts = work
            cores.forEach(count: parts.count) { parts[$0]() }
        }
        return hashTreeRoot(in: context)
    }
}
