public import ConsensusTypes
public import Hashing
public import SSZ

/// Why a kept state cannot be read back.
public enum StoredStateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The store names a state that it does not have.
    case missing(block: Root, stateRoot: Root)
    /// The bytes of a whole state are none.
    case malformed(block: Root, SSZError)
    /// A difference does not give the state.
    case difference(block: Root, StateDiffError)
    /// What was read is another state than the one summed up when the block was imported.
    case stateRoot(block: Root, expected: Root, got: Root)

    public var description: String {
        switch self {
        case .missing(let block, let stateRoot): "state of block \(block): expected state \(stateRoot) stored, got none"
        case .malformed(let block, let error): "stored state of block \(block): \(error)"
        case .difference(let block, let error): "stored state of block \(block): \(error)"
        case .stateRoot(let block, let expected, let got):
            "stored state of block \(block): expected root \(expected), got \(got)"
        }
    }
}
