/// Which states a chain's store keeps, and how.
public struct StateHistory: Hashable, Sendable {
    /// Epochs between kept states; a new start carries the blocks behind the last one through again.
    public var stateEpochs: UInt64 = 1
    /// Epochs between states that are kept whole; those between are kept as differences.
    ///
    /// A state is read through at most as many differences as this has bits.
    public var snapshotEpochs: UInt64 = 256
    /// Epochs of finalized states that can be read back; older ones are forgotten, a whole one with all made from it.
    public var keptEpochs: UInt64 = 2_048
    /// Epochs between kept states where nothing becomes final: a state there is replayed through twice as many at most.
    ///
    /// Each eighth of `unfinalizedStates` that is filled doubles it.
    public var unfinalizedEpochs: UInt64 = 4
    /// States kept at once that are not final; beyond, no more are until finality lets them go.
    public var unfinalizedStates = 4_096

    public init() {}
}
