import Hashing

/// Hashing of Merkle nodes: in bulk, on each kernel of the machine, and one by one.
enum HashBenchmarks {
    static var all: [Benchmark] {
        [bulk("hash.pair", nil)]
            + MerkleHash.Kernel.allCases.filter(\.isAvailable).map { bulk("hash.pair.\($0.benchmarkName)", $0) }
            + [single]
    }

    /// A parent of a wide layer, by one kernel, or by what is chosen for the layer.
    private static func bulk(_ name: String, _ kernel: MerkleHash.Kernel?) -> Benchmark {
        Benchmark(name: name, unit: .ns) {
            let parents = 65_536
            let children = (0..<2 * parents).map { SHA256.hash([UInt8(truncatingIfNeeded: $0)]) }
            return Benchmark.Run(operations: parents) { watch in
                var out = [Bytes32](repeating: Bytes32(), count: parents)
                watch.time {
                    children.withUnsafeBufferPointer { input in
                        out.withUnsafeMutableBufferPointer { out in
                            if let kernel {
                                MerkleHash.layer(input, into: out, using: kernel)
                            } else {
                                MerkleHash.layer(input, into: out)
                            }
                        }
                    }
                }
                return UInt64(out[parents - 1].bytes[0])
            }
        }
    }

    /// A parent whose children are known only when the one before is: nothing runs side by side.
    private static let single = Benchmark(name: "hash.single", unit: .ns) {
        let count = 200_000
        return Benchmark.Run(operations: count) { watch in
            watch.time {
                var node = Bytes32()
                for _ in 0..<count { node = MerkleHash.pair(node, node) }
                return UInt64(node.bytes[0])
            }
        }
    }
}

extension MerkleHash.Kernel {
    /// As figures spell it.
    fileprivate var benchmarkName: String {
        switch self {
        case .portable: "portable"
        case .shaExtensions: "sha_ni"
        case .avx2: "avx2"
        case .avx512: "avx512"
        }
    }
}
