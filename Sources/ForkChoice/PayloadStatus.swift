public import ConsensusTypes
public import Hashing

/// What a fork-choice node says of the payload of its block.
///
/// Spec: `PayloadStatus` (gloas); the raw values are the spec's.
public enum PayloadStatus: UInt8, Hashable, Sendable, CaseIterable {
    /// The chain goes on without the payload.
    case empty = 0
    /// The chain goes on with the payload. The one status of blocks before gloas, which bring their payload along.
    case full = 1
    /// The block, whatever becomes of its payload.
    case pending = 2
}

/// A block and what is said of its payload.
///
/// Spec: `ForkChoiceNode` (gloas).
public struct PayloadNode: Hashable, Sendable {
    public var root: Root
    public var payloadStatus: PayloadStatus

    public init(root: Root, payloadStatus: PayloadStatus) {
        self.root = root
        self.payloadStatus = payloadStatus
    }
}

/// A weight in Gwei for each payload status of one block.
public struct PayloadWeights: Hashable, Sendable {
    public var empty: Gwei = 0
    public var full: Gwei = 0
    public var pending: Gwei = 0

    public init() {}

    public subscript(_ status: PayloadStatus) -> Gwei {
        get {
            switch status {
            case .empty: empty
            case .full: full
            case .pending: pending
            }
        }
        set {
            switch status {
            case .empty: empty = newValue
            case .full: full = newValue
            case .pending: pending = newValue
            }
        }
    }
}

/// Which of the two ways to go on from a block may win.
struct PayloadVariants: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let empty = PayloadVariants(rawValue: 1)
    static let full = PayloadVariants(rawValue: 2)

    /// Whether a node with that status, `empty` or `full`, is among them.
    func allows(_ status: PayloadStatus) -> Bool { contains(status == .empty ? PayloadVariants.empty : .full) }
}
