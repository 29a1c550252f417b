import BLS
public import Hashing

/// Makes the proofs of all cells of a blob at once (Feist, Khovratovich 2020, "FK20").
///
/// The proof of the coset with hⁿ = a is the commitment to p(X) divided by Xⁿ - a, which is Σ aᵏ·Hₖ with
/// Hₖ = Σ p(m + n(k + 1))·s^m. The Hₖ are sums of n convolutions of coefficients with powers of s; the powers' transforms
/// are made once, by `init`, which takes a second or so and 800 kilobytes. The aᵏ·Hₖ for all cells are one transform more.
public struct CellProver: Sendable {
    private let settings: KZGSettings
    private let roots: RootsOfUnity
    /// Entry t holds the t-th values of the transforms of s^j, s^(j + n), s^(j + 2n) …, one for each j.
    private let columns: [[G1Affine]]

    public init(_ settings: KZGSettings) {
        self.settings = settings
        let shape = settings.shape
        let count = shape.cellsPerExtBlob
        let each = shape.fieldElementsPerCell
        let roots = RootsOfUnity(order: count)
        self.roots = roots
        let transforms = (0..<each).map { j in
            let powers = (0..<count / 2).map { G1(settings.g1Monomial[j + each * $0]) }
            return G1.affine(roots.transform(powers + [G1](repeating: .infinity, count: count / 2)))
        }
        columns = (0..<count).map { t in transforms.map { $0[t] } }
    }

    /// Spec: `compute_cells_and_kzg_proofs`.
    public func computeCellsAndKZGProofs(_ blob: [UInt8]) throws(KZGError) -> (cells: [[UInt8]], proofs: [Bytes48]) {
        let coefficients = settings.coefficients(try settings.polynomial(blob: blob))
        return (settings.cells(of: coefficients), proofs(coefficients))
    }

    /// Spec: `recover_cells_and_kzg_proofs`.
    public func recoverCellsAndKZGProofs(
        cellIndices: [UInt64],
        cells: [[UInt8]]
    ) throws(KZGError) -> (cells: [[UInt8]], proofs: [Bytes48]) {
        let coefficients = try settings.recoverPolynomial(cellIndices: cellIndices, cells: cells)
        return (settings.cells(of: coefficients), proofs(coefficients))
    }

    private func proofs(_ coefficients: [Fr]) -> [Bytes48] {
        let each = settings.shape.fieldElementsPerCell
        let count = columns.count
        let half = count / 2
        // Reversed, a convolution does what Hₖ asks for: entry half - 2 - k of it is Σ p(j + n(u + k + 1))·s^(j + nu).
        let transforms = (0..<each).map { j in
            let reversed = (0..<half).map { coefficients[j + each * (half - 1 - $0)] }
            return roots.evaluate(reversed + [Fr](repeating: .zero, count: half))
        }
        let products = columns.indices.map { t in
            G1.linearCombination(columns[t], transforms.map { $0[t] })
        }
        let convolution = roots.inverseTransform(products)
        var quotients = [G1](repeating: .infinity, count: count)
        for k in 0..<half - 1 { quotients[k] = convolution[half - 2 - k] }
        return bitReversalPermutation(G1.affine(roots.transform(quotients))).map(\.compressed)
    }
}
