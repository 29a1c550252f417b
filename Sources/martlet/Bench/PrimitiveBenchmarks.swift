import BLS
import Hashing

/// Hashing and signatures.
enum PrimitiveBenchmarks {
    static let all: [Benchmark] =
        HashBenchmarks.all + [
            verify, adxVerify, portableVerify, batch, adxBatch, portableBatch, hashToG2, hashManyToG2, millerLoop,
            bulkAddition, adxBulkAddition, portableBulkAddition, decompress, decompressMany, decompressSignatures,
        ]

    /// A signed message of its own for each of `count` keys.
    private static func signed(_ count: Int) throws -> [SignatureSet] {
        try (1...count).map { index in
            let secret = try SecretKey(bytes: SHA256.hash([UInt8(index & 255), UInt8(index >> 8)]).clearingTop)
            let message = SHA256.hash([UInt8(index & 255), UInt8(index >> 8), 1])
            return SignatureSet(publicKey: secret.publicKey, message: message, signature: secret.sign(message))
        }
    }

    /// One signature alone.
    private static let verify = verify("bls.verify", .best)
    private static let adxVerify = verify("bls.verify.adx", .adx)
    private static let portableVerify = verify("bls.verify.portable", .portable)

    private static func verify(_ name: String, _ kernels: FieldKernels) -> Benchmark {
        Benchmark(name: name, unit: .us) {
            let sets = try signed(16)
            return Benchmark.Run(operations: sets.count) { watch in
                watch.time { sets.reduce(0) { $0 + ($1.isValid(kernels: kernels) ? 1 : 0) } }
            }
        }
    }

    /// One of 128 signatures verified together.
    private static let batch = batch("bls.batch128.per_set", .best)
    private static let adxBatch = batch("bls.batch128.adx.per_set", .adx)
    private static let portableBatch = batch("bls.batch128.portable.per_set", .portable)

    private static func batch(_ name: String, _ kernels: FieldKernels) -> Benchmark {
        Benchmark(name: name, unit: .us) {
            let sets = try signed(128)
            return Benchmark.Run(operations: sets.count) { watch in
                watch.time { BLS.verifyBatch(sets, kernels: kernels) ? 1 : 0 }
            }
        }
    }

    private static let hashToG2 = Benchmark(name: "bls.hash_to_g2", unit: .us) {
        let messages = (0..<64).map { SHA256.hash([UInt8($0)]).bytes }
        return Benchmark.Run(operations: messages.count) { watch in
            watch.time { messages.reduce(0) { $0 &+ (HashToG2.hash($1).isInfinity ? 1 : 2) } }
        }
    }

    /// One of 128 messages hashed together.
    private static let hashManyToG2 = Benchmark(name: "bls.hash_to_g2.many", unit: .us) {
        let messages = (0..<128).map { SHA256.hash([UInt8($0)]).bytes }
        return Benchmark.Run(operations: messages.count) { watch in
            watch.time { HashToG2.hash(all: messages).contains(where: \.isInfinity) ? 1 : 0 }
        }
    }

    /// One of 128 pairs in a product, without the final exponentiation.
    private static let millerLoop = Benchmark(name: "bls.miller_loop.many", unit: .us) {
        let pairs = try signed(128).map { ($0.publicKey.point, $0.signature.point) }
        return Benchmark.Run(operations: pairs.count) { watch in
            watch.time { Pairing.millerLoop(pairs).isOne ? 1 : 0 }
        }
    }

    /// One key more in a sum of many.
    private static let bulkAddition = bulkAddition("bls.g1_add_bulk", .best)
    private static let adxBulkAddition = bulkAddition("bls.g1_add_bulk.adx", .adx)
    private static let portableBulkAddition = bulkAddition("bls.g1_add_bulk.portable", .portable)

    private static func bulkAddition(_ name: String, _ kernels: FieldKernels) -> Benchmark {
        Benchmark(name: name, unit: .ns) {
            let secret = try signed(2)
            var point = G1(secret[0].publicKey.point)
            let keys = (0..<16_384).map { _ in
                point = point + secret[1].publicKey.point
                return PublicKey(point: point.affine())
            }
            return Benchmark.Run(operations: keys.count) { watch in
                watch.time { BLS.sum(keys, kernels: kernels).isInfinity ? 1 : 0 }
            }
        }
    }

    /// One of many keys from its 48 bytes.
    private static let decompressMany = Benchmark(name: "bls.decompress.many", unit: .us) {
        let keys = try signed(64).map(\.publicKey.compressed)
        return Benchmark.Run(operations: keys.count) { watch in
            watch.time { PublicKey.decompress(keys).reduce(0) { $0 &+ ((try? $1.get()) == nil ? 1 : 2) } }
        }
    }

    /// One of many signatures from its 96 bytes.
    private static let decompressSignatures = Benchmark(name: "bls.decompress_signature.many", unit: .us) {
        let signatures = try signed(64).map(\.signature.compressed)
        return Benchmark.Run(operations: signatures.count) { watch in
            watch.time { Signature.decompress(signatures).reduce(0) { $0 &+ ((try? $1.get()) == nil ? 1 : 2) } }
        }
    }

    /// A public key from its 48 bytes, membership in the group included.
    private static let decompress = Benchmark(name: "bls.decompress", unit: .us) {
        let keys = try signed(64).map(\.publicKey.compressed)
        return Benchmark.Run(operations: keys.count) { watch in
            try watch.time { try keys.reduce(0) { $0 &+ (try PublicKey(compressed: $1).isInfinity ? 1 : 2) } }
        }
    }
}

extension Bytes32 {
    /// Below the order of the group: the first byte zero.
    fileprivate var clearingTop: Bytes32 { Bytes32([0] + bytes.dropFirst()) ?? self }
}
