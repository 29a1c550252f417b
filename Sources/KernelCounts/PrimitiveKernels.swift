import BLS
import Hashing

/// Hashing and signatures, by the kernels that run under callgrind too: it knows no AVX-512 and no SHA extensions.
enum PrimitiveKernels {
    static var all: [CountedKernel] {
        [MerkleHash.Kernel.portable, .avx2].filter(\.isAvailable).map(hash)
            + [single, verify, millerLoop, hashToG2, bulkAddition]
    }

    /// A layer, with a rest that does not fill the lanes.
    private static func hash(_ kernel: MerkleHash.Kernel) -> CountedKernel {
        CountedKernel(name: "hash.pair.\(kernel.rawValue)") {
            let children = (0..<2 * 1_003).map { SHA256.hash([UInt8(truncatingIfNeeded: $0)]) }
            return {
                var parents = [Bytes32](repeating: .zero, count: children.count / 2)
                children.withUnsafeBufferPointer { children in
                    parents.withUnsafeMutableBufferPointer { MerkleHash.layer(children, into: $0, using: kernel) }
                }
                return UInt64(parents[0].bytes[0])
            }
        }
    }

    private static let single = CountedKernel(name: "hash.single") {
        {
            var node = Bytes32()
            for _ in 0..<100 { node = MerkleHash.pair(node, node) }
            return UInt64(node.bytes[0])
        }
    }

    private static func signed(_ count: UInt8) throws -> [SignatureSet] {
        try (1...count).map { index in
            let secret = try SecretKey(bytes: Bytes32([UInt8](repeating: 0, count: 31) + [index]) ?? .zero)
            let message = SHA256.hash([index])
            return SignatureSet(publicKey: secret.publicKey, message: message, signature: secret.sign(message))
        }
    }

    private static let verify = CountedKernel(name: "bls.verify") {
        let sets = try signed(1)
        return { sets.allSatisfy { $0.isValid(kernels: .portable) } ? 1 : 0 }
    }

    private static let millerLoop = CountedKernel(name: "bls.miller_loop") {
        let pairs = try signed(4).map { ($0.publicKey.point, $0.signature.point) }
        return { Pairing.millerLoop(pairs, kernels: .portable).isOne ? 1 : 0 }
    }

    private static let hashToG2 = CountedKernel(name: "bls.hash_to_g2") {
        let messages = (0..<4).map { SHA256.hash([UInt8($0)]).bytes }
        return {
            HashToG2.hash(all: messages, kernels: .portable).reduce(0) { $0 &+ ($1.isInfinity ? 1 : 2) }
        }
    }

    private static let bulkAddition = CountedKernel(name: "bls.g1_add_bulk") {
        let secret = try signed(2)
        var point = G1(secret[0].publicKey.point)
        let keys = (0..<512).map { _ in
            point = point + secret[1].publicKey.point
            return PublicKey(point: point.affine())
        }
        return { BLS.sum(keys, kernels: .portable).isInfinity ? 1 : 0 }
    }
}
