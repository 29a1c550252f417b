internal import CHashKernels

/// SHA-256 (FIPS 180-4) of a whole message.
///
/// Allocates nothing. Uses the SHA extensions of the processor where it has them, found out at run time.
public enum SHA256 {
    /// The digest of `message`.
    public static func hash(_ message: UnsafeRawBufferPointer) -> Bytes32 {
        var digest = Bytes32()
        digest.withUnsafeMutableBytes { out in
            hk_sha256(out.baseAddress, message.baseAddress, message.count)
        }
        return digest
    }

    /// The digest of `message`.
    public static func hash(_ message: [UInt8]) -> Bytes32 {
        message.withUnsafeBytes { hash($0) }
    }

    /// The digest of `message`.
    public static func hash(_ message: RawSpan) -> Bytes32 {
        message.withUnsafeBytes { hash($0) }
    }

    /// The digest of `message` by plain code, which the fast ways are tested against.
    package static func hashPortably(_ message: UnsafeRawBufferPointer) -> Bytes32 {
        var digest = Bytes32()
        digest.withUnsafeMutableBytes { out in
            hk_sha256_portable(out.baseAddress, message.baseAddress, message.count)
        }
        return digest
    }
}
