import BLS
public import Hashing

// EIP-7594. The extended blob is the polynomial's values at 2n roots, in bit-reversed order; a cell is a run of them,
// which makes it the values over a coset of the group of order `fieldElementsPerCell`.

extension KZGSettings {
    /// Spec: `compute_cells`.
    public func computeCells(_ blob: [UInt8]) throws(KZGError) -> [[UInt8]] {
        cells(of: coefficients(try polynomial(blob: blob)))
    }

    /// Spec: `polynomial_eval_to_coeff`.
    func coefficients(_ values: [Fr]) -> [Fr] { roots.interpolate(bitReversalPermutation(values)) }

    func cells(of coefficients: [Fr]) -> [[UInt8]] {
        let extended = bitReversalPermutation(
            roots.evaluate(coefficients + [Fr](repeating: .zero, count: coefficients.count))
        )
        return (0..<shape.cellsPerExtBlob).map { cell in
            bytes(extended[cell * shape.fieldElementsPerCell..<(cell + 1) * shape.fieldElementsPerCell])
        }
    }

    /// The exponent of ω in the spec's `coset_shift_for_cell`.
    func cosetShiftExponent(_ cell: Int) -> Int {
        reverseBits(cell, width: shape.cellsPerExtBlob.trailingZeroBitCount)
    }

    /// Spec: `verify_cell_kzg_proof_batch`; true for no cells.
    ///
    /// Entry i says that the polynomial of `commitments[i]` has the values `cells[i]` over the coset `cellIndices[i]`.
    public func verifyCellKZGProofBatch(
        commitments: [Bytes48],
        cellIndices: [UInt64],
        cells: [[UInt8]],
        proofs: [Bytes48]
    ) throws(KZGError) -> Bool {
        try requireCount("commitments", expected: cells.count, got: commitments.count)
        try requireCount("cell indices", expected: cells.count, got: cellIndices.count)
        try requireCount("proofs", expected: cells.count, got: proofs.count)
        if cells.isEmpty { return true }
        for index in cellIndices where index >= UInt64(shape.cellsPerExtBlob) {
            throw .cellIndex(limit: UInt64(shape.cellsPerExtBlob), got: index)
        }
        var distinct: [Bytes48] = []
        var places: [Bytes48: UInt64] = [:]
        var commitmentPoints: [G1Affine] = []
        var commitmentIndices: [UInt64] = []
        for (i, commitment) in commitments.enumerated() {
            let place: UInt64
            if let known = places[commitment] {
                place = known
            } else {
                place = UInt64(distinct.count)
                places[commitment] = place
                distinct.append(commitment)
                commitmentPoints.append(try point(commitment, .commitment, index: i))
            }
            commitmentIndices.append(place)
        }
        var values: [[Fr]] = []
        for (i, cell) in cells.enumerated() { values.append(try cosetEvaluations(cell, index: i)) }
        let proofPoints = try points(proofs, .proof)
        let factors = cellBatchChallenge(distinct, commitmentIndices, cellIndices, cells, proofs).powers(cells.count)
        var weights = [Fr](repeating: .zero, count: distinct.count)
        for (factor, index) in zip(factors, commitmentIndices) {
            weights[Int(index)] = weights[Int(index)] + factor
        }
        // Spec: `verify_cell_kzg_proof_batch_impl`, the universal equation
        // e(Σ fₖ·πₖ, sⁿ·G2) = e(Σ wᵢ·Cᵢ - [Σ fₖ·Iₖ(s)] + Σ fₖ·hₖⁿ·πₖ, G2).
        let shifts = cellIndices.map { roots.powers[shape.fieldElementsPerCell * cosetShiftExponent(Int($0))] }
        let interpolation = foldedInterpolation(values, cellIndices.map { Int($0) }, factors)
        let left = G1.linearCombination(proofPoints, factors)
        let right = G1.linearCombination(
            proofPoints + commitmentPoints + g1Monomial[..<shape.fieldElementsPerCell],
            factors.indices.map { factors[$0] * shifts[$0] } + weights + interpolation.map { -$0 }
        )
        let sides = G1.affine([left, -right])
        return Pairing.isProductOne([(sides[0], cellSecretG2), (sides[1], G2Affine.generator)])
    }

    /// Σ fₖ·Iₖ, Iₖ the polynomial that has the cell's values over its coset.
    ///
    /// Cells of one coset are added up before they are interpolated.
    private func foldedInterpolation(_ values: [[Fr]], _ cells: [Int], _ factors: [Fr]) -> [Fr] {
        let count = shape.fieldElementsPerCell
        var columns = [[Fr]?](repeating: nil, count: shape.cellsPerExtBlob)
        for (k, cell) in cells.enumerated() {
            var column = columns[cell] ?? [Fr](repeating: .zero, count: count)
            columns[cell] = nil
            for i in 0..<count { column[i] = column[i] + factors[k] * values[k][i] }
            columns[cell] = column
        }
        var folded = [Fr](repeating: .zero, count: count)
        for (cell, column) in columns.enumerated() {
            guard let column else { continue }
            // The values are those of I(hX) over the subgroup itself; h = ω^exponent.
            let coefficients = roots.interpolate(bitReversalPermutation(column))
            let exponent = cosetShiftExponent(cell)
            for i in 0..<count {
                let inverse = (roots.order - exponent * i % roots.order) % roots.order
                folded[i] = folded[i] + coefficients[i] * roots.powers[inverse]
            }
        }
        return folded
    }
}
