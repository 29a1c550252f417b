public import BlockPipeline
public import Concurrency
public import DataAvailability
public import GossipIngest

/// What a daemon is started with.
public struct DaemonOptions: Sendable {
    public var dataDirectory: String
    /// A state to begin with; needed for a new data directory only.
    public var anchorState: String?
    /// The block that made that state; checked against it.
    public var anchorBlock: String?
    public var settings = NetworkSettings()
    /// Where messages are taken; nowhere where this is not said.
    public var ingest: IngestAddress?
    /// The port of the query endpoint on 127.0.0.1; 0 takes any that is free.
    public var apiPort: UInt16 = 5052
    /// Whose signatures are believed without being looked at.
    public var assumed = AssumedSignatures.none
    /// What happens to blocks with blobs of which nobody has sent a sidecar.
    public var availability = AvailabilityPolicy.assume
    /// Which columns a block needs.
    public var sampling = ColumnSampling.recoverable
    /// How long a block waits for its sidecars, and how many may.
    public var dataLimits = DataLimits()
    /// How long blocks under way may take to end after the stop was asked for, in milliseconds.
    ///
    /// What has not ended then is dropped; it is on disk and taken up again at the next start.
    public var drainMs: UInt64 = 5_000
    /// Where blocks go whose post-state is not the one they name.
    public var evidence: EvidenceDirectory?
    /// Memory of the whole process; without one the parts have their own bounds.
    public var memoryLimit: MemoryLimit?
    /// Hands freed memory back to the system, where somebody knows how.
    public var releaseMemory: @Sendable () -> Void = {}
    /// Which finalized states are kept.
    public var history = StateHistory()
    /// Threads for transitions.
    public var width = 2
    public var socketLimits = SocketLimits()
    public var clock: any WallClock = SystemClock()
    public var log = Log.none
    public var version = "0"

    public init(dataDirectory: String) { self.dataDirectory = dataDirectory }
}

/// Where a running daemon can be reached.
public struct DaemonAddresses: Hashable, Sendable {
    /// The query endpoint.
    public var api: String
    public var ingest: IngestAddress?
}

/// What became of a daemon that was stopped.
public struct DaemonReport: Hashable, Sendable {
    public enum Drain: String, Hashable, Sendable {
        /// Every block under way came to its end.
        case drained
        /// Time ran out, and blocks under way were dropped.
        case dropped
    }

    public var reason: String
    public var drain: Drain
    /// Blocks and payloads that were let go while they waited for a block or a payload.
    public var waiting: Int

    public init(reason: String, drain: Drain, waiting: Int) {
        self.reason = reason
        self.drain = drain
        self.waiting = waiting
    }
}

/// Why a daemon did not start.
public enum DaemonError: Error, Hashable, Sendable, CustomStringConvertible {
    case anchorNeeded(directory: String)
    case unreadable(path: String, problem: String)

    public var description: String {
        switch self {
        case .anchorNeeded(let directory):
            "\(directory) holds no chain yet: expected an anchor state to begin one with, got none"
        case .unreadable(let path, let problem): "\(path): \(problem)"
        }
    }
}
