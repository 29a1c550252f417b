public import Hashing

/// A secret key, for fixtures and tests only.
///
/// Nothing here runs in constant time: an observer of timing learns the key. Never sign real duties with it.
public struct SecretKey: Sendable, Hashable {
    private let words: [UInt64]

    /// Reads a big-endian integer between 1 and r - 1.
    public init(bytes: Bytes32) throws(BLSError) {
        guard let scalar = Fr(bigEndian: bytes), !scalar.isZero else { throw .secretKeyOutOfRange }
        words = scalar.canonicalWords
    }

    /// The key's point of G1.
    public var publicKey: PublicKey {
        PublicKey(point: G1(.generator).multiplied(by: words).affine())
    }

    public func sign(_ message: [UInt8]) -> Signature {
        Signature(point: HashToG2.hash(message).multiplied(by: words).affine())
    }

    public func sign(_ message: Bytes32) -> Signature { sign(message.bytes) }
}
