internal import CHashKernels

/// SHA-256 (FIPS 180-4) of a whole message.
public enum SHA256 {
    /// The digest of `message`.
    public static func hash(_ message: UnsafeRawBufferPointer) -> Bytes32 {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        let whole = message.count / 64
        if whole > 0, let base = message.baseAddress {
            hk_sha256_compress_portable(&state, base.assumingMemoryBound(to: UInt8.self), whole)
        }
        var tail = Array(message[(whole * 64)...])
        tail.append(0x80)
        while tail.count % 64 != 56 { tail.append(0) }
        withUnsafeBytes(of: (UInt64(message.count) * 8).bigEndian) { tail.append(contentsOf: $0) }
        hk_sha256_compress_portable(&state, tail, tail.count / 64)
        var digest = Bytes32()
        digest.withUnsafeMutableBytes { out in
            for i in 0..<8 { out.storeBytes(of: state[i].bigEndian, toByteOffset: i * 4, as: UInt32.self) }
        }
        return digest
    }

    /// The digest of `message`.
    public static func hash(_ message: [UInt8]) -> Bytes32 {
        message.withUnsafeBytes { hash($0) }
    }
}
