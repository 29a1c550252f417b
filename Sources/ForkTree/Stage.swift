/// One step of a block's way through the pipeline.
///
/// DO NOT CHANGE THESE VALUES: they are embedded in stored lifecycle records. New stages take new numbers.
public enum Stage: UInt8, Sendable, Hashable, CaseIterable, Comparable {
    case decompress = 1
    case decode = 2
    case persist = 3
    case awaitParent = 4
    case transition = 5
    case persistState = 6
    case forkChoice = 7
    case announce = 8
    /// Beside `transition`: the time until it was settled whether the block's blob data can be had.
    case data = 9
    /// Between `awaitParent` and `transition`: the wait for the payload that the block builds on, where that comes apart.
    case payload = 10
    /// Part of `transition`, measured apart: the time until the block's signatures were verified.
    case signatures = 16

    public static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }

    /// The name in tables, metrics and JSON.
    public var name: String {
        switch self {
        case .decompress: "decompress"
        case .decode: "decode"
        case .persist: "persist"
        case .awaitParent: "await_parent"
        case .transition: "transition"
        case .persistState: "persist_state"
        case .forkChoice: "fork_choice"
        case .announce: "announce"
        case .data: "data"
        case .payload: "payload"
        case .signatures: "signatures"
        }
    }
}

/// What was found of a block's blob data.
///
/// DO NOT CHANGE THESE VALUES: they are embedded in stored lifecycle records.
public enum DataResult: UInt8, Sendable, Hashable, CaseIterable {
    /// Proven to be there.
    case available = 1
    /// Believed to be there: nobody had sent any, and nobody insisted.
    case assumed = 2
    /// Not there, or not what the block committed to.
    case unavailable = 3

    public var name: String { String(describing: self) }
}

/// Where a block came from.
///
/// DO NOT CHANGE THESE VALUES: they are embedded in stored lifecycle records.
public enum BlockOrigin: UInt8, Sendable, Hashable, CaseIterable {
    case unknown = 0
    case gossip = 1
    case stream = 2
    case directory = 3
    case era = 4
    case socket = 5
    /// Fetched because a child was waiting for it.
    case fetched = 6
    /// Read back from the store at start.
    case stored = 7
    /// The block a node starts from.
    case anchor = 8
    case api = 9

    public var name: String { String(describing: self) }
}
