public import Hashing
public import SSZ

/// Why a state cannot be had from a difference.
public enum StateDiffError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The head of the difference is cut.
    case tooShort(minimum: Int, got: Int)
    /// It was written by a later program.
    case format(expected: UInt8, got: UInt8)
    /// It names a fork that this program does not know.
    case fork(got: UInt8)
    /// It was made from another state.
    case base(expected: Root, got: Root)
    /// Its bytes are damaged.
    case malformed(DiffError)
    /// What came out is not the state it was made for.
    case stateRoot(expected: Root, got: Root)

    public var description: String {
        switch self {
        case .tooShort(let minimum, let got): "state difference: expected at least \(minimum) bytes, got \(got)"
        case .format(let expected, let got): "state difference: expected format \(expected), got \(got)"
        case .fork(let got): "state difference: expected a known fork, got number \(got)"
        case .base(let expected, let got): "state difference: expected to be applied to state \(expected), got \(got)"
        case .malformed(let error): "state difference: \(error)"
        case .stateRoot(let expected, let got): "state difference: expected the state with root \(expected), got \(got)"
        }
    }
}
