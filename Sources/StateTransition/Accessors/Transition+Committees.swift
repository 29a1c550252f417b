public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `get_active_validator_indices`.
    public func getActiveValidatorIndices(_ epoch: Epoch) -> [ValidatorIndex] {
        var active: [ValidatorIndex] = []
        active.reserveCapacity(state.validators.count)
        state.validators.forEachChunk { first, chunk in
            for i in chunk.indices where chunk[i].isActive(epoch) { active.append(ValidatorIndex(first + i)) }
        }
        return active
    }

    /// The committees of `epoch`, from the shared cache where another transition has made them.
    ///
    /// The state decides the committees of its previous, current and next epoch, at its end also of the one after that;
    /// others are by its own account only, and not cached.
    public mutating func shuffling(_ epoch: Epoch) throws(TransitionError) -> Shuffling {
        if let known = shufflings[epoch] { return known }
        let made = try sharedShuffling(epoch)
        // Blocks of this epoch may still decide later ones.
        if epoch <= currentEpoch + 1 { shufflings[epoch] = made }
        return made
    }

    private func sharedShuffling(_ epoch: Epoch) throws(TransitionError) -> Shuffling {
        let compute = { () throws(TransitionError) -> Shuffling in
            Shuffling(
                epoch: epoch,
                activeIndices: activeIndicesForShuffling(epoch),
                seed: getSeed(epoch, .beaconAttester),
                preset: preset,
                on: cores
            )
        }
        guard let key = shufflingKey(epoch) else { return try compute() }
        return try caches.shuffling(key, compute: compute)
    }

    /// The same as `getActiveValidatorIndices`, from the shared registry of the current epoch where there is one.
    private func activeIndicesForShuffling(_ epoch: Epoch) -> [ValidatorIndex] {
        guard let registry = knownRegistry else { return getActiveValidatorIndices(epoch) }
        if epoch == currentEpoch { return registry.indices(.activeCurrent) }
        if epoch == currentEpoch + 1 { return registry.indices(.activeNext) }
        if epoch + 1 == currentEpoch { return registry.indices(.activePrevious) }
        return getActiveValidatorIndices(epoch)
    }

    /// The last block whose content can change the committees of `epoch`: that before the previous epoch begins.
    private func shufflingKey(_ epoch: Epoch) -> EpochKey? {
        if epoch == currentEpoch + 2, state.latestBlockHeader.stateRoot != .zero {
            // At the epoch's end no block can come any more; where one does, it has another root.
            return .init(epoch: epoch, decisionRoot: state.latestBlockHeader.hashTreeRoot(in: .invariant))
        }
        guard epoch >= previousEpoch, epoch <= currentEpoch + 1, epoch > 1 else { return nil }
        let decisionSlot = (epoch - 1) * preset.slotsPerEpoch - 1
        guard let root = try? getBlockRootAtSlot(decisionSlot) else { return nil }
        return .init(epoch: epoch, decisionRoot: root)
    }

    /// Spec: `get_committee_count_per_slot`.
    public mutating func getCommitteeCountPerSlot(_ epoch: Epoch) throws(TransitionError) -> UInt64 {
        try shuffling(epoch).committeesPerSlot
    }

    /// Spec: `get_beacon_committee`; empty where there is no committee of that index.
    public mutating func getBeaconCommittee(
        _ slot: Slot,
        _ index: CommitteeIndex
    ) throws(TransitionError) -> ArraySlice<ValidatorIndex> {
        try shuffling(computeEpochAtSlot(slot)).committee(slot: slot, index: index)
    }
}

extension Validator {
    /// Spec: `is_active_validator`.
    @inline(__always)
    public func isActive(_ epoch: Epoch) -> Bool { activationEpoch <= epoch && epoch < exitEpoch }

    /// Spec: `is_slashable_validator`.
    @inline(__always)
    public func isSlashable(_ epoch: Epoch) -> Bool {
        !slashed && activationEpoch <= epoch && epoch < withdrawableEpoch
    }
}
