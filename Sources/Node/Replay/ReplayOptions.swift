public import BlockPipeline
public import ConsensusTypes
public import DataAvailability

/// What to replay, and how.
public struct ReplayOptions: Sendable {
    /// The order in which blocks are delivered.
    public enum Order: String, CaseIterable, Sendable {
        /// As the stream has them.
        case given
        /// By slot, lowest first.
        case forward
        /// By slot, highest first.
        case reverse
        /// By chance, decided by the seed.
        case shuffle
    }

    /// Directories and e2store files, one after the other.
    public var streams: [String]
    public var settings = NetworkSettings()
    public var order = Order.given
    public var seed: UInt64 = 0
    /// Whose signatures are believed without being looked at.
    public var assumed = AssumedSignatures.none
    /// What happens to blocks with blobs whose sidecars the streams do not hold.
    public var availability = AvailabilityPolicy.assume
    /// Which columns a block needs.
    public var sampling = ColumnSampling.recoverable
    /// Where the store is; a temporary directory, removed afterwards, where this is not said.
    public var dataDirectory: String?
    /// Which finalized states are kept there.
    public var history = StateHistory()
    /// A file with the state that the head must end on.
    public var expectedPost: String?
    public var expectedHead: Root?
    /// Where blocks go whose post-state is not the one they name.
    public var evidence: EvidenceDirectory?
    /// Memory of the whole process, blocks that wait for others not counted: a stream may have them in any order.
    public var memoryLimit: MemoryLimit?
    /// Which messages the report tells of one by one.
    public var listing = ReplayReport.Listing.all
    /// Where is said what goes on; what came of the messages is in the report.
    public var log = Log.none
    /// Hands freed memory back to the system, where somebody knows how.
    public var releaseMemory: @Sendable () -> Void = {}
    /// Threads for transitions.
    public var width = 2

    public init(streams: [String]) { self.streams = streams }
}
