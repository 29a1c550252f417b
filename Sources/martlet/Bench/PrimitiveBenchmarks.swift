import BLS
import Hashing

/// Hashing and signatures.
enum PrimitiveBenchmarks {
    static let all: [Benchmark] = [pair, layer, verify, batch, hashToG2, bulkAddition, decompress]

    private static let pair = Benchmark(name: "hash.pair", unit: .ns) {
        let count = 200_000
        return Benchmark.Run(operations: count) { watch in
            watch.time {
                var node = Bytes32()
                for _ in 0..<count { node = MerkleHash.pair(node, node) }
                return UInt64(node.bytes[0])
            }
        }
    }

    /// A parent of a wide layer.
    private static let layer = Benchmark(name: "hash.layer", unit: .ns) {
        let parents = 65_536
        let children = (0..<2 * parents).map { SHA256.hash([UInt8(truncatingIfNeeded: $0)]) }
        return Benchmark.Run(operations: parents) { watch in
            var out = [Bytes32](repeating: Bytes32(), count: parents)
            watch.time {
                children.withUnsafeBufferPointer { input in
                    out.withUnsafeMutableBufferPointer { MerkleHash.layer(input, into: $0) }
                }
            }
            return UInt64(out[parents - 1].bytes[0])
        }
    }

    /// A signed message of its own for each of `count` keys.
    private static func signed(_ count: Int) throws -> [SignatureSet] {
        try (1...count).map { index in
            let secret = try SecretKey(bytes: SHA256.hash([UInt8(index & 255), UInt8(index >> 8)]).clearingTop)
            let message = SHA256.hash([UInt8(index & 255), UInt8(index >> 8), 1])
            return SignatureSet(publicKey: secret.publicKey, message: message, signature: secret.sign(message))
        }
    }

    private static let verify = Benchmark(name: "bls.verify", unit: .us) {
        let sets = try signed(16)
        return Benchmark.Run(operations: sets.count) { watch in
            watch.time { sets.reduce(0) { $0 + ($1.isValid ? 1 : 0) } }
        }
    }

    private static let batch = Benchmark(name: "bls.batch128.per_set", unit: .us) {
        let sets = try signed(128)
        return Benchmark.Run(operations: sets.count) { watch in watch.time { BLS.verifyBatch(sets) ? 1 : 0 } }
    }

    private static let hashToG2 = Benchmark(name: "bls.hash_to_g2", unit: .us) {
        let messages = (0..<64).map { SHA256.hash([UInt8($0)]).bytes }
        return Benchmark.Run(operations: messages.count) { watch in
            watch.time { messages.reduce(0) { $0 &+ (HashToG2.hash($1).isInfinity ? 1 : 2) } }
        }
    }

    /// One key more in a sum of many.
    private static let bulkAddition = Benchmark(name: "bls.g1_add_bulk", unit: .ns) {
        let distinct = try signed(512).map(\.publicKey)
        let keys = (0..<32).flatMap { _ in distinct }
        return Benchmark.Run(operations: keys.count) { watch in
            watch.time { BLS.sum(keys).isInfinity ? 1 : 0 }
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
