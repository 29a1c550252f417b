public import BLS

/// Which of the two kinds of points an error is about.
public enum KZGPoint: Hashable, Sendable {
    case commitment
    case proof
}

/// Why inputs cannot be judged or a setup cannot be used; a proof that is merely wrong is `false`, not an error.
///
/// From the network each of these is the sender's fault, except the cases about the setup.
public enum KZGError: Error, Hashable, Sendable {
    case blobLength(expected: Int, got: Int)
    case cellLength(cell: Int, expected: Int, got: Int)
    /// The 32 bytes at this position of a blob or cell, or z or y themselves (0), are not below the group order.
    case fieldElementNotReduced(position: Int)
    /// A commitment or proof, counted from zero, is no member of G1.
    case point(KZGPoint, index: Int, BLSError)
    /// Lists that belong together have different lengths.
    case count(of: String, expected: Int, got: Int)
    case cellIndex(limit: UInt64, got: UInt64)
    case commitmentIndex(limit: UInt64, got: UInt64)
    /// Recovery takes each cell once, in ascending order; the two indices stand side by side.
    case cellsNotAscending(UInt64, UInt64)
    case tooFewCells(atLeast: Int, got: Int)
    case tooManyCells(atMost: Int, got: Int)
    /// Sizes must be powers of two, a cell at most a blob, a blob at most 2^20 elements.
    case shape(fieldElementsPerBlob: Int, fieldElementsPerCell: Int)
    case setupLength(expected: Int, got: Int)
    case setupChecksum(expected: String, got: String)
    case setupPoint(index: Int, BLSError)
}
