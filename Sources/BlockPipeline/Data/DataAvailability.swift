public import DataAvailability
public import ForkTree

/// Where the pipeline learns whether the blob data of a block can be had.
public protocol DataAvailability: Sendable {
    /// Returns once it is settled, within bounds of the implementation's own.
    ///
    /// A cancelled call throws `CancellationError` and leaves nothing behind.
    func settle(_ need: DataRequirement, _ patience: DataPatience) async throws -> DataAnswer
}

/// Whether a question about data may wait for data to come.
public enum DataPatience: Hashable, Sendable { case wait, answerNow }

/// What is known of a block's data.
public enum DataAnswer: Hashable, Sendable {
    /// Proven to be there.
    case available
    /// Believed to be there: nobody has sent any, and nobody insists.
    case assumed
    /// It is not there and will not come. Refuse the block.
    case unavailable(String)
    /// It has not come in time; the block may be tried again.
    case late(String)

    public var result: DataResult {
        switch self {
        case .available: .available
        case .assumed: .assumed
        case .unavailable, .late: .unavailable
        }
    }
}

/// What happens to blocks whose data nobody has sent.
public enum AvailabilityPolicy: String, CaseIterable, Sendable {
    /// Believed, and said so. Where some of a block's data came, the block needs all that is asked for.
    case assume
    /// Not taken.
    case require
}

/// Believes that all data can be had.
public struct AssumedData: DataAvailability {
    public init() {}

    public func settle(_ need: DataRequirement, _ patience: DataPatience) async -> DataAnswer { .assumed }
}
