import Hashing
import SSZ
import TestSupport
import Testing

@Suite struct MerkleProofTests {
    private func index(_ rawValue: UInt64) throws -> GeneralizedIndex {
        try #require(GeneralizedIndex(rawValue: rawValue))
    }

    @Test func wherePlacesAre() throws {
        #expect(GeneralizedIndex(rawValue: 0) == nil)
        #expect(try index(2).concatenated(with: index(24)) == index(40))
        #expect(try index(5).concatenated(with: .root) == index(5))
        #expect(try index(37).branchIndices.map(\.rawValue) == [36, 19, 8, 5, 3])
        #expect(try index(37).pathIndices.map(\.rawValue) == [37, 18, 9, 4, 2])
        #expect(try (index(37).depth, index(37).position, index(37).isRightChild) == (5, 5, true))
        #expect(GeneralizedIndex.root.parent == nil && GeneralizedIndex.root.sibling == nil)
        #expect(try index(6).parent == index(3) && index(6).sibling == index(7))
        #expect(try index(6).left == index(12) && index(6).right == index(13))
        let deepest = try index(.max)
        #expect(deepest.depth == 63 && deepest.left == nil && deepest.right == nil)
        #expect(try deepest.concatenated(with: index(2)) == nil)
        #expect(deepest.branchIndices.count == 63)
        #expect(GeneralizedIndex(leaf: 7, depth: 3)?.rawValue == 15)
        #expect(GeneralizedIndex(leaf: 8, depth: 3) == nil)
        #expect(GeneralizedIndex(leaf: 0, depth: 64) == nil)
    }

    @Test func branchesOfEveryLeafHold() throws {
        for (count, limit) in [(1, nil), (2, nil), (5, nil), (5, 64), (33, 1 << 40), (0, 8)] as [(Int, UInt64?)] {
            let leaves = MerkleTests.leaves(count)
            let tree = try #require(MerkleTree(leaves, limit: limit))
            #expect(tree.root == Merkle.root(leaves, limit: limit))
            let last = UInt64(1) << UInt64(tree.depth) - 1
            for position in Array(0..<UInt64(count)) + [last] {
                let branch = try #require(tree.branch(ofLeaf: position))
                let leaf = position < UInt64(count) ? leaves[Int(position)] : .zero
                func holds(_ leaf: Bytes32, _ branch: [Bytes32], at position: UInt64) -> Bool {
                    isValidMerkleBranch(
                        leaf: leaf,
                        branch: branch,
                        depth: UInt64(tree.depth),
                        index: position,
                        root: tree.root
                    )
                }
                #expect(holds(leaf, branch, at: position))
                #expect(!holds(MerkleTests.leaf(1 << 20), branch, at: position))
                #expect(!holds(leaf, branch + [.zero], at: position))
                if tree.depth > 0 {
                    #expect(!holds(leaf, Array(branch.dropLast()), at: position))
                    var wrong = branch
                    wrong[tree.depth - 1] = MerkleTests.leaf(1 << 21)
                    #expect(!holds(leaf, wrong, at: position))
                }
                let normalized = [Bytes32.zero, .zero] + branch
                let place = try #require(GeneralizedIndex(leaf: position, depth: tree.depth))
                #expect(isValidNormalizedMerkleBranch(leaf: leaf, branch: normalized, index: place, root: tree.root))
                let padded = [MerkleTests.leaf(1)] + branch
                #expect(!isValidNormalizedMerkleBranch(leaf: leaf, branch: padded, index: place, root: tree.root))
            }
        }
    }

    @Test func anIndexBeyondTheDepthIsOnlyItsLowBits() throws {
        // The specification reads `depth` bits of the index and ignores the rest.
        let tree = try #require(MerkleTree(MerkleTests.leaves(4)))
        let branch = try #require(tree.branch(ofLeaf: 1))
        #expect(
            isValidMerkleBranch(leaf: MerkleTests.leaf(1), branch: branch, depth: 2, index: 1 + 4, root: tree.root)
        )
        let long = [Bytes32](repeating: .zero, count: 70)
        #expect(!isValidMerkleBranch(leaf: .zero, branch: long, depth: 70, index: .max, root: tree.root))
    }

    @Test func treesThatDoNotFitAreRefused() {
        #expect(MerkleTree(MerkleTests.leaves(3), limit: 2) == nil)
        #expect(MerkleTree([], limit: .max) == nil)
    }

    @Test func severalNodesAtOnce() throws {
        let tree = try #require(MerkleTree(MerkleTests.leaves(13), limit: 16))
        var random = SplitMix64(seed: 11)
        for _ in 0..<200 {
            var indices: [GeneralizedIndex] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let candidate = try index(UInt64.random(in: 1...31, using: &random))
                if (try? Merkle.helperIndices(of: indices + [candidate])) != nil { indices.append(candidate) }
            }
            let leaves = indices.compactMap { tree[$0] }
            let proof = try tree.multiproof(of: indices)
            #expect(try Merkle.root(of: leaves, at: indices, with: proof) == tree.root)
            var wrong = leaves
            wrong[0] = MerkleTests.leaf(1 << 20)
            #expect(try Merkle.root(of: wrong, at: indices, with: proof) != tree.root)
        }
        #expect(try Merkle.helperIndices(of: [index(9), index(5), index(12)]).map(\.rawValue) == [13, 8, 7])
    }

    @Test func badRequestsAreNamed() throws {
        let leaf = MerkleTests.leaf(0)
        #expect(throws: MultiproofError.empty) { try Merkle.root(of: [], at: [], with: []) }
        #expect(throws: MultiproofError.repeated(try index(5))) {
            try Merkle.root(of: [leaf, leaf], at: [index(5), index(5)], with: [])
        }
        #expect(throws: MultiproofError.nested(try index(11))) {
            try Merkle.root(of: [leaf, leaf], at: [index(5), index(11)], with: [])
        }
        #expect(throws: MultiproofError.nested(try index(11))) {
            try Merkle.root(of: [leaf, leaf], at: [.root, index(11)], with: [])
        }
        #expect(throws: MultiproofError.leafCount(expected: 1, got: 0)) {
            try Merkle.root(of: [], at: [index(2)], with: [leaf])
        }
        #expect(throws: MultiproofError.proofLength(expected: 1, got: 2)) {
            try Merkle.root(of: [leaf], at: [index(2)], with: [leaf, leaf])
        }
        let tree = try #require(MerkleTree(MerkleTests.leaves(2)))
        #expect(throws: MultiproofError.belowTheLeaves(try index(5), depth: 1)) { try tree.multiproof(of: [index(4)]) }
    }
}
