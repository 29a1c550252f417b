internal import CHashKernels

extension MerkleHash {
    /// One way of hashing a layer; `layer(_:into:)` chooses by itself, naming one is for tests and measurements.
    public enum Kernel: String, CaseIterable, Sendable {
        case portable
        /// The SHA extensions of x86, two messages interleaved.
        case shaExtensions
        /// Eight messages in the lanes of AVX2.
        case avx2
        /// Sixteen messages in the lanes of AVX-512.
        case avx512

        /// Whether this machine can run the kernel.
        public var isAvailable: Bool { hk_available(code) }

        fileprivate var code: hk_kernel {
            switch self {
            case .portable: HK_PORTABLE
            case .shaExtensions: HK_SHA_NI
            case .avx2: HK_AVX2
            case .avx512: HK_AVX512
            }
        }
    }

    /// Hashes a layer by one kernel, under the rules of `layer(_:into:)`; the kernel must be available.
    public static func layer(
        _ children: UnsafeBufferPointer<Bytes32>,
        into parents: UnsafeMutableBufferPointer<Bytes32>,
        using kernel: Kernel
    ) {
        precondition(children.count == 2 * parents.count, "a layer has two children for each parent")
        precondition(kernel.isAvailable, "this machine cannot run the kernel \(kernel)")
        hk_sha256_pairs_by(
            kernel.code,
            UnsafeMutableRawPointer(parents.baseAddress),
            UnsafeRawPointer(children.baseAddress),
            parents.count
        )
    }
}
