public import ConsensusTypes
public import KZG

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
    /// The fork's sidecars do not carry commitments of their own.
    case fork(ForkName)
}
