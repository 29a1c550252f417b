public import ConsensusTypes
public import Hashing
internal import SSZ

/// The state after a block: shared, never changed.
public final class PostState: Sendable {
    public let state: BeaconState
    public let blockRoot: Root
    public let stateRoot: Root
    /// What keeping it costs, in bytes: an estimate of what it does not share with its parent's state.
    public let cost: Int

    init(_ state: BeaconState, blockRoot: Root, stateRoot: Root, spec: ChainSpec, parentSlot: Slot?) {
        self.state = state
        self.blockRoot = blockRoot
        self.stateRoot = stateRoot
        let validators = state.validators.count
        let perEpoch = spec.preset.slotsPerEpoch
        // Within an epoch a block touches chunks here and there; an epoch's end rewrites balances, scores and
        // participation; without a parent everything is new.
        switch parentSlot {
        case .some(let slot) where slot / perEpoch == state.slot / perEpoch: cost = 64 << 10 + validators / 2
        case .some: cost = 64 << 10 + validators * 20
        case nil: cost = 1 << 20 + validators * 180
        }
    }
}
