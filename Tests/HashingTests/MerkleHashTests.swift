import Hashing
import TestSupport
import Testing

@Suite struct MerkleHashTests {
    private func randomLeaves(_ count: Int, seed: UInt64) -> [Bytes32] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            var leaf = Bytes32()
            leaf.withUnsafeMutableBytes { bytes in
                for i in 0..<32 { bytes[i] = UInt8.random(in: 0...255, using: &random) }
            }
            return leaf
        }
    }

    /// What a layer must be, by the message hash alone.
    private func model(_ children: [Bytes32]) -> [Bytes32] {
        (0..<children.count / 2).map { SHA256.hash(children[2 * $0].bytes + children[2 * $0 + 1].bytes) }
    }

    private func hash(_ children: [Bytes32], using kernel: MerkleHash.Kernel?) -> [Bytes32] {
        var parents = [Bytes32](repeating: .zero, count: children.count / 2)
        children.withUnsafeBufferPointer { children in
            parents.withUnsafeMutableBufferPointer { parents in
                if let kernel {
                    MerkleHash.layer(children, into: parents, using: kernel)
                } else {
                    MerkleHash.layer(children, into: parents)
                }
            }
        }
        return parents
    }

    private func hashInPlace(_ children: [Bytes32], using kernel: MerkleHash.Kernel?) -> [Bytes32] {
        var nodes = children
        nodes.withUnsafeMutableBufferPointer { nodes in
            let parents = UnsafeMutableBufferPointer(rebasing: nodes[..<(nodes.count / 2)])
            if let kernel {
                MerkleHash.layer(UnsafeBufferPointer(nodes), into: parents, using: kernel)
            } else {
                MerkleHash.layer(UnsafeBufferPointer(nodes), into: parents)
            }
        }
        return Array(nodes.prefix(children.count / 2))
    }

    private static let kernels: [MerkleHash.Kernel?] = [nil] + MerkleHash.Kernel.allCases.filter(\.isAvailable)

    @Test(arguments: kernels)
    func everySizeOfLayer(kernel: MerkleHash.Kernel?) {
        for parents in Array(0...70) + [255, 1000, 4096 + 13] {
            let children = randomLeaves(2 * parents, seed: UInt64(parents) + 1)
            let expected = model(children)
            #expect(hash(children, using: kernel) == expected, "\(parents) parents")
            #expect(hashInPlace(children, using: kernel) == expected, "\(parents) parents, in place")
        }
    }

    @Test func plainCodeIsAlwaysThere() {
        #expect(MerkleHash.Kernel.portable.isAvailable)
    }

    @Test func pairIsTheHashOfBothChildren() {
        let leaves = randomLeaves(2, seed: 3)
        #expect(MerkleHash.pair(leaves[0], leaves[1]) == SHA256.hash(leaves[0].bytes + leaves[1].bytes))
    }

    @Test func zeroRoots() {
        #expect(MerkleHash.zero(0) == .zero)
        for depth in 0..<64 {
            #expect(MerkleHash.zero(depth + 1) == MerkleHash.pair(MerkleHash.zero(depth), MerkleHash.zero(depth)))
        }
        let known = "0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"
        #expect(MerkleHash.zero(1).description == known)
    }
}
