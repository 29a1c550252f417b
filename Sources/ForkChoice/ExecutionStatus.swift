public import ConsensusTypes
public import Hashing

/// What is known of a block's execution payload.
public enum ExecutionStatus: Hashable, Sendable {
    /// The engine could not tell yet: the block was imported optimistically.
    case notValidated
    /// The engine accepts it, or there is none.
    case valid
    /// The engine refuses it or one that it builds on: the block is never part of the canonical chain.
    case invalidated
}

/// An engine's answer to a payload.
///
/// Spec: `PayloadStatusV1`.
public enum PayloadVerdict: Hashable, Sendable {
    /// `VALID`.
    case valid
    /// `SYNCING` or `ACCEPTED`.
    case notValidated
    /// `INVALID`, or `INVALID_BLOCK_HASH` without a latest valid hash.
    ///
    /// The latest valid hash is that of the last good payload before it, zeros where none is good, and `nil` where only
    /// this payload is known to be bad.
    case invalid(latestValidHash: Hash32?)

    /// What it says of the payload itself.
    public var status: ExecutionStatus {
        switch self {
        case .valid: .valid
        case .notValidated: .notValidated
        case .invalid: .invalidated
        }
    }
}

/// Slots after which a block may be imported optimistically even if it is the first with a payload.
///
/// Spec: `SAFE_SLOTS_TO_IMPORT_OPTIMISTICALLY`; to be configurable.
public let safeSlotsToImportOptimistically: UInt64 = 128
