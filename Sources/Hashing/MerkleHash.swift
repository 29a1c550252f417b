/// Hashing of Merkle nodes: two 32-byte children into their parent.
public enum MerkleHash {
    /// The parent of `left` and `right`: SHA-256 of the 64 bytes.
    public static func pair(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
        withUnsafeBytes(of: (left, right)) { SHA256.hash($0) }
    }

    /// Hashes a layer: `parents[i] = pair(children[2i], children[2i + 1])`.
    ///
    /// `children.count` must be twice `parents.count`. `parents` may start where `children` starts.
    public static func layer(
        _ children: UnsafeBufferPointer<Bytes32>,
        into parents: UnsafeMutableBufferPointer<Bytes32>
    ) {
        for i in 0..<parents.count { parents[i] = pair(children[2 * i], children[2 * i + 1]) }
    }

    /// The root of a perfect tree of zero leaves of this depth, at most 64; depth 0 is 32 zero bytes.
    public static func zero(_ depth: Int) -> Bytes32 { zeroes[depth] }

    private static let zeroes: [Bytes32] = {
        var roots = [Bytes32.zero]
        for depth in 0..<64 { roots.append(pair(roots[depth], roots[depth])) }
        return roots
    }()
}
