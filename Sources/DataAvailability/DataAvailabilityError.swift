public import ConsensusTypes
public import Hashing
public import KZG
public import SSZ

/// Why blob data does not make a block's data available; each is the fault of whoever sent the data.
public enum DataAvailabilityError: Error, Hashable, Sendable {
    /// Nothing was given for a block that has commitments.
    case noData(commitments: Int)
    case columnIndex(limit: UInt64, got: UInt64)
    /// A sidecar for a block without blobs has no business.
    case noCommitments(column: UInt64)
    case tooManyBlobs(limit: UInt64, got: Int)
    /// A column has one cell for each commitment.
    case cells(column: UInt64, expected: Int, got: Int)
    case proofs(column: UInt64, expected: Int, got: Int)
    /// The commitments are not those of the block that the sidecar's header names.
    case notIncluded(column: UInt64)
    /// Blobs or cells are well-formed and do not belong to the commitments.
    case wrongProof
    case kzg(KZGError)
    /// The fork has no sidecars of this kind that carry commitments of their own.
    case fork(ForkName)
    case blobIndex(limit: UInt64, got: UInt64)
    /// The commitment of a blob is not one of the block that the sidecar's header names.
    case blobNotIncluded(blob: UInt64)
    /// The sidecar belongs to another block.
    case block(expected: Root, got: Root)
    /// The commitments are not those of the block.
    case commitments(index: UInt64)
    /// The bytes are too few to say which fork's sidecar they are.
    case tooShort(minimum: Int, got: Int)
    case ssz(SSZError)
}

extension DataAvailabilityError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noData(let commitments): "blob data: expected some for \(commitments) commitments, got none"
        case .columnIndex(let limit, let got): "column index: expected less than \(limit), got \(got)"
        case .noCommitments(let column): "column \(column): expected commitments, got none"
        case .tooManyBlobs(let limit, let got): "blobs: expected at most \(limit), got \(got)"
        case .cells(let column, let expected, let got): "column \(column): expected \(expected) cells, got \(got)"
        case .proofs(let column, let expected, let got): "column \(column): expected \(expected) proofs, got \(got)"
        case .notIncluded(let column): "column \(column): the inclusion proof does not lead to the block's body"
        case .wrongProof: "the KZG proof does not hold"
        case .kzg(let error): "KZG: \(error)"
        case .fork(let fork): "expected a sidecar of another fork, got one of \(fork.name)"
        case .blobIndex(let limit, let got): "blob index: expected less than \(limit), got \(got)"
        case .blobNotIncluded(let blob): "blob \(blob): the inclusion proof does not lead to the block's body"
        case .block(let expected, let got): "block: expected \(expected), got \(got)"
        case .commitments(let index): "sidecar \(index): the commitments are not the block's"
        case .tooShort(let minimum, let got): "expected at least \(minimum) bytes, got \(got)"
        case .ssz(let error): "\(error)"
        }
    }
}
