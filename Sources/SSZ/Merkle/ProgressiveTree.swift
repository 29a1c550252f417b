internal import Hashing

/// A progressive tree (EIP-7916) beside the word mixed into its root, every node kept, for making proofs.
struct ProgressiveTree {
    /// The perfect trees of 1, 4, 16… leaves that hang from the spine.
    private let subtrees: [MerkleTree]
    /// The nodes of the spine from the top down, and the zero node that ends it.
    private let spine: [Bytes32]
    private let word: Bytes32

    init(_ leaves: [Bytes32], mixedIn word: Bytes32) {
        var subtrees: [MerkleTree] = []
        var rest = leaves[...]
        var width: UInt64 = 1
        while !rest.isEmpty, let subtree = MerkleTree(Array(rest.prefix(Int(clamping: width))), limit: width) {
            subtrees.append(subtree)
            rest = rest.dropFirst(Int(clamping: width))
            width *= 4
        }
        var spine = [Bytes32.zero]
        for subtree in subtrees.reversed() { spine.append(MerkleHash.pair(subtree.root, spine[spine.count - 1])) }
        self.subtrees = subtrees
        self.spine = spine.reversed()
        self.word = word
    }

    /// The node at `index` with its branch, continued into the leaves' own trees where it stands below them.
    func proof(
        of index: GeneralizedIndex,
        below leaf: (_ position: Int, _ inner: GeneralizedIndex) -> MerkleProof?
    ) -> MerkleProof? {
        guard let (side, contents) = index.split(atDepth: 1) else {
            return MerkleProof(leaf: MerkleHash.pair(spine[0], word), branch: [])
        }
        if side.isRightChild { return contents.isRoot ? MerkleProof(leaf: word, branch: [spine[0]]) : nil }
        var below = contents
        var first = 0
        for (level, subtree) in subtrees.enumerated() {
            guard let (side, inner) = below.split(atDepth: 1) else { break }
            if !side.isRightChild {
                var proof = subtree.proof(of: inner) { position, inner in leaf(first + position, inner) }
                proof?.branch += [spine[level + 1]] + branch(ofSpine: level)
                return proof
            }
            below = inner
            first += 1 << (2 * level)
        }
        // What is left names a node of the spine itself, or nothing below its end.
        let level = contents.depth - below.depth
        return below.isRoot ? MerkleProof(leaf: spine[level], branch: branch(ofSpine: level)) : nil
    }

    /// The siblings on the way from a node of the spine to the root, from the bottom up.
    private func branch(ofSpine level: Int) -> [Bytes32] {
        subtrees[..<level].reversed().map(\.root) + [word]
    }
}
