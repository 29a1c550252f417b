public import Hashing

/// A validated public key, or a sum of such keys: an affine point of G1.
///
/// 96 bytes, all inline. A key read from bytes is never infinity; a sum can be, and is then refused by verification.
public struct PublicKey: Sendable, Hashable, BitwiseCopyable {
    package var point: G1Affine

    package init(point: G1Affine) { self.point = point }

    /// Decompresses and validates a key from outside.
    ///
    /// Spec: `KeyValidate` (IETF draft bls-signature). Rejects infinity, points off the curve and outside of G1.
    public init(compressed: Bytes48) throws(BLSError) {
        point = try G1Affine(compressed: compressed)
        guard !point.isInfinity else { throw .infinity }
    }

    /// Takes a key back that `uncompressedBytes` wrote, without any check.
    ///
    /// For our own store only. Other bytes give a meaningless key, never a trap.
    public init(uncheckedUncompressed bytes: Bytes96) {
        point = bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return .infinity }
            return G1Affine(x: Fp(uncheckedBigEndian: base), y: Fp(uncheckedBigEndian: base + 48))
        }
    }

    /// The serialised key, 48 bytes.
    public var compressed: Bytes48 { point.compressed }

    /// Both coordinates, big-endian, x first; infinity is all zeroes.
    public var uncompressedBytes: Bytes96 {
        var bytes = Bytes96()
        bytes.withUnsafeMutableBytes { raw in
            guard let base = raw.baseAddress else { return }
            point.x.write(to: base)
            point.y.write(to: base + 48)
        }
        return bytes
    }

    /// Whether a sum of keys cancelled out.
    public var isInfinity: Bool { point.isInfinity }
}

extension PublicKey: CustomStringConvertible {
    public var description: String { compressed.description }
}
