import BLS
import CTrustedSetup
public import Hashing

/// The public parameters: powers of a secret s in both groups, and the roots of unity that blobs are written over.
///
/// A value costs a couple of megabytes and a few milliseconds; make one and share it. All functions of the scheme are
/// methods of it, those that make proofs of cells are `CellProver`'s.
public struct KZGSettings: Sendable {
    public let shape: KZGShape
    /// s^i·G1, one for each element of a blob.
    let g1Monomial: [G1Affine]
    /// The Lagrange basis at s, in the order of a blob's elements (bit-reversed).
    let g1Lagrange: [G1Affine]
    /// s·G2.
    let secretG2: G2Affine
    /// s^n·G2, n the elements of a cell.
    let cellSecretG2: G2Affine
    /// Of the extended blob's order.
    let roots: RootsOfUnity
    /// The roots under a blob's elements, in their order.
    let blobRoots: [Fr]

    /// The published parameters, from the bytes in the program.
    public static func ethereum() throws(KZGError) -> KZGSettings {
        try KZGSettings(trustedSetup: embeddedBytes(), shape: .ethereum, sha256: publishedSHA256)
    }

    static func embeddedBytes() -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: martlet_trusted_setup(), count: martlet_trusted_setup_length()))
    }

    /// Reads powers in G1 and Lagrange points in G1 (96 bytes each, x and y), and powers in G2 (96 bytes, compressed).
    ///
    /// The bytes must have this SHA-256: the points of G1 are not checked one by one.
    public init(trustedSetup bytes: [UInt8], shape: KZGShape, sha256: Bytes32) throws(KZGError) {
        let count = shape.fieldElementsPerBlob
        let expected = 96 * (2 * count + shape.fieldElementsPerCell + 1)
        guard bytes.count == expected else { throw .setupLength(expected: expected, got: bytes.count) }
        let got = SHA256.hash(bytes)
        guard got == sha256 else { throw .setupChecksum(expected: sha256.description, got: got.description) }
        let g1 = bytes.withUnsafeBytes { raw in
            raw.baseAddress.map { base in (0..<2 * count).map { G1Affine(uncheckedUncompressed: base + 96 * $0) } }
                ?? []
        }
        func power(_ index: Int) throws(KZGError) -> G2Affine {
            let start = 96 * (2 * count + index)
            do {
                return try G2Affine(compressed: Bytes96(bytes[start..<start + 96]) ?? Bytes96())
            } catch {
                throw .setupPoint(index: index, error)
            }
        }
        self.init(
            shape: shape,
            g1Monomial: Array(g1[..<count]),
            g1Lagrange: Array(g1[count...]),
            secretG2: try power(1),
            cellSecretG2: try power(shape.fieldElementsPerCell)
        )
    }

    /// Takes the parameters as points; the Lagrange points in the order of the roots.
    init(
        shape: KZGShape,
        g1Monomial: [G1Affine],
        g1Lagrange: [G1Affine],
        secretG2: G2Affine,
        cellSecretG2: G2Affine
    ) {
        self.shape = shape
        self.g1Monomial = g1Monomial
        self.g1Lagrange = bitReversalPermutation(g1Lagrange)
        self.secretG2 = secretG2
        self.cellSecretG2 = cellSecretG2
        let roots = RootsOfUnity(order: shape.fieldElementsPerExtBlob)
        self.roots = roots
        blobRoots = bitReversalPermutation(
            (0..<shape.fieldElementsPerBlob).map { roots.powers[2 * $0] }
        )
    }
}

/// Of `trusted_setup_4096.bin`.
private let publishedSHA256 =
    Bytes32(
        Hex.decode("b26a8ec6911163cb8c6431111535ed73931ec21fe6ce766ea7894b19198e0951") ?? []
    ) ?? Bytes32()
