internal import BLS
public import ConsensusTypes
internal import Hashing
internal import Locking

/// The committees of one epoch: its active validators in shuffled order, cut into slices.
public final class Shuffling: Sendable {
    public let epoch: Epoch
    /// Spec: `get_active_validator_indices`, ascending.
    public let activeIndices: [ValidatorIndex]
    /// The active validators in committee order.
    public let shuffled: [ValidatorIndex]
    /// Spec: `get_committee_count_per_slot`.
    public let committeesPerSlot: UInt64
    let slotsPerEpoch: UInt64
    /// The sums of whole committees' keys, by position in the epoch, as far as they were needed.
    private let sumsOfKeys = Guarded<[UInt64: PublicKey]>([:])

    init(epoch: Epoch, activeIndices: [ValidatorIndex], seed: Bytes32, preset: Preset, on cores: Cores = .one) {
        self.epoch = epoch
        self.activeIndices = activeIndices
        slotsPerEpoch = preset.slotsPerEpoch
        committeesPerSlot = max(
            1,
            min(
                preset.maxCommitteesPerSlot,
                UInt64(activeIndices.count) / preset.slotsPerEpoch / preset.targetCommitteeSize
            )
        )
        if let last = activeIndices.last, UInt32(exactly: last) == nil {
            shuffled = ShuffledIndices.permutation(
                count: activeIndices.count,
                seed: seed,
                rounds: preset.shuffleRoundCount
            ).map { activeIndices[Int($0)] }
        } else {
            // Half the memory to go through ninety times.
            var list = activeIndices.map { UInt32(truncatingIfNeeded: $0) }
            ShuffledIndices.shuffle(&list, seed: seed, rounds: preset.shuffleRoundCount, on: cores)
            shuffled = list.map(ValidatorIndex.init)
        }
    }

    /// Spec: `get_beacon_committee`, for a slot of this epoch and an index below `committeesPerSlot`.
    public func committee(slot: Slot, index: CommitteeIndex) -> ArraySlice<ValidatorIndex> {
        guard index < committeesPerSlot else { return [] }
        let count = committeesPerSlot * slotsPerEpoch
        let at = (slot % slotsPerEpoch) * committeesPerSlot + index
        let total = UInt64(shuffled.count)
        return shuffled[Int(total * at / count)..<Int(total * (at + 1) / count)]
    }

    /// The members of all committees of a slot of this epoch, one committee after the other.
    public func members(slot: Slot) -> ArraySlice<ValidatorIndex> {
        let place = slot % slotsPerEpoch
        let total = UInt64(shuffled.count)
        return shuffled[Int(total * place / slotsPerEpoch)..<Int(total * (place + 1) / slotsPerEpoch)]
    }

    /// The sum of the keys of a committee's members, from `made` where it was not needed before.
    ///
    /// States that share a shuffling have the same keys at its members' indices. No lock is held while it is made.
    func sumOfKeys(slot: Slot, index: CommitteeIndex, made: () -> PublicKey?) -> PublicKey? {
        let position = (slot % slotsPerEpoch) * committeesPerSlot + index
        if let known = sumsOfKeys.withLock({ $0[position] }) { return known }
        guard let sum = made() else { return nil }
        sumsOfKeys.withLock { $0[position] = sum }
        return sum
    }
}
