internal import CHashKernels

/// Hashing of Merkle nodes: two 32-byte children into their parent.
public enum MerkleHash {
    /// The parent of `left` and `right`: SHA-256 of the 64 bytes.
    public static func pair(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
        var parent = Bytes32()
        withUnsafeBytes(of: (left, right)) { children in
            parent.withUnsafeMutableBytes { out in
                hk_sha256_pairs(out.baseAddress, children.baseAddress, 1)
            }
        }
        return parent
    }

    /// Hashes a layer: `parents[i] = pair(children[2i], children[2i + 1])`.
    ///
    /// `children.count` must be twice `parents.count`. `parents` may start where `children` starts.
    /// From nine parents on many are hashed side by side where the machine has AVX-512: a node of a wide layer then costs
    /// a fifth of a node alone.
    public static func layer(
        _ children: UnsafeBufferPointer<Bytes32>,
        into parents: UnsafeMutableBufferPointer<Bytes32>
    ) {
        precondition(children.count == 2 * parents.count, "a layer has two children for each parent")
        hk_sha256_pairs(
            UnsafeMutableRawPointer(parents.baseAddress),
            UnsafeRawPointer(children.baseAddress),
            parents.count
        )
    }

    /// Hashes a layer whose children are given as bytes, 64 for each parent, wherever they lie.
    public static func layer(
        ofBytes children: UnsafeRawBufferPointer,
        into parents: UnsafeMutableBufferPointer<Bytes32>
    ) {
        precondition(children.count == 64 * parents.count, "a layer has two children for each parent")
        hk_sha256_pairs(UnsafeMutableRawPointer(parents.baseAddress), children.baseAddress, parents.count)
    }

    /// The root of a perfect tree of zero leaves of this depth, at most 64; depth 0 is 32 zero bytes.
    public static func zero(_ depth: Int) -> Bytes32 { zeroes[depth] }

    private static let zeroes: [Bytes32] = {
        var roots = [Bytes32.zero]
        for depth in 0..<64 { roots.append(pair(roots[depth], roots[depth])) }
        return roots
    }()
}
