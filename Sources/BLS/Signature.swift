public import Hashing

/// A signature or a sum of signatures: an affine point of G2, infinity allowed.
///
/// Membership in G2 is checked once, by the initialiser, so every value can go into a pairing as it is.
public struct Signature: Sendable, Hashable, BitwiseCopyable {
    package var point: G2Affine

    package init(point: G2Affine) { self.point = point }

    /// Decompresses a signature and checks that it belongs to G2.
    public init(compressed: Bytes96) throws(BLSError) {
        point = try G2Affine(compressed: compressed)
    }

    /// The signature of nobody, spec `G2_POINT_AT_INFINITY`.
    public static var infinity: Signature { Signature(point: .infinity) }

    /// The serialised signature, 96 bytes.
    public var compressed: Bytes96 { point.compressed }

    public var isInfinity: Bool { point.isInfinity }
}

extension Signature: CustomStringConvertible {
    public var description: String { compressed.description }
}
