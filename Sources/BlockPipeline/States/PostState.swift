public import ConsensusTypes
public import Hashing

/// The state after a block: shared, never changed.
public final class PostState: Sendable {
    public let state: BeaconState
    public let blockRoot: Root
    public let stateRoot: Root

    init(_ state: BeaconState, blockRoot: Root, stateRoot: Root) {
        self.state = state
        self.blockRoot = blockRoot
        self.stateRoot = stateRoot
    }
}
