public import ConsensusTypes
public import Hashing

/// A block whose post-state, as we make it, is not the one that it names: its proposer is wrong, or we are.
public final class StateRootMismatch: Sendable {
    public let block: DecodedBlock
    /// The state after its parent.
    public let pre: BeaconState
    /// The state after it, as we have it.
    public let post: BeaconState
    /// Its root.
    public let got: Root
    public let spec: ChainSpec

    public var expected: Root { block.block.stateRoot }

    public init(block: DecodedBlock, pre: BeaconState, post: BeaconState, got: Root, spec: ChainSpec) {
        self.block = block
        self.pre = pre
        self.post = post
        self.got = got
        self.spec = spec
    }
}

/// Told of such blocks, on the thread of the transition: may block it, has to bound what it keeps.
public protocol EvidenceKeeper: Sendable {
    func keep(_ mismatch: StateRootMismatch)
}
