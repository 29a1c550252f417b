import BLS

extension KZGSettings {
    /// All cells of a blob, from at least half of them.
    ///
    /// The first half of Spec: `recover_cells_and_kzg_proofs`. Indices ascend. Cells that belong to no one blob are not
    /// told apart: the result then differs from what was given.
    public func recoverCells(cellIndices: [UInt64], cells: [[UInt8]]) throws(KZGError) -> [[UInt8]] {
        self.cells(of: try recoverPolynomial(cellIndices: cellIndices, cells: cells))
    }

    /// Spec: `recover_polynomialcoeff`.
    func recoverPolynomial(cellIndices: [UInt64], cells: [[UInt8]]) throws(KZGError) -> [Fr] {
        let total = shape.cellsPerExtBlob
        try requireCount("cell indices", expected: cells.count, got: cellIndices.count)
        guard cells.count >= total / 2 else { throw .tooFewCells(atLeast: total / 2, got: cells.count) }
        guard cells.count <= total else { throw .tooManyCells(atMost: total, got: cells.count) }
        for index in cellIndices where index >= UInt64(total) {
            throw .cellIndex(limit: UInt64(total), got: index)
        }
        for (lower, upper) in zip(cellIndices, cellIndices.dropFirst()) where lower >= upper {
            throw .cellsNotAscending(lower, upper)
        }
        let each = shape.fieldElementsPerCell
        var extended = [Fr](repeating: .zero, count: shape.fieldElementsPerExtBlob)
        var isMissing = [Bool](repeating: true, count: total)
        for (i, cell) in cells.enumerated() {
            let index = Int(cellIndices[i])
            extended.replaceSubrange(index * each..<(index + 1) * each, with: try cosetEvaluations(cell, index: i))
            isMissing[index] = false
        }
        // Z vanishes where values are missing: Π (Xⁿ - hᵢⁿ), kept as a polynomial in Xⁿ.
        var vanishing = [Fr.one]
        for cell in 0..<total where isMissing[cell] {
            let root = roots.powers[each * cosetShiftExponent(cell)]
            var next = [.zero] + vanishing
            for i in vanishing.indices { next[i] = next[i] - root * vanishing[i] }
            vanishing = next
        }
        // With every cell missing Z would need one coefficient more, but half of them are here.
        vanishing += [Fr](repeating: .zero, count: total - vanishing.count)
        var product = bitReversalPermutation(extended)
        let zeroes = roots.evaluate(vanishing)
        for i in product.indices { product[i] = product[i] * zeroes[i % total] }
        product = roots.interpolate(product)
        // Divide where Z has no zero: over the coset of the generator 7.
        let shift = Fr(7)
        let shifts = shift.powers(product.count)
        for i in product.indices { product[i] = product[i] * shifts[i] }
        product = roots.evaluate(product)
        for i in vanishing.indices { vanishing[i] = vanishing[i] * shifts[each * i] }
        var inverses = roots.evaluate(vanishing)
        Fr.invertAll(&inverses)
        for i in product.indices { product[i] = product[i] * inverses[i % total] }
        var coefficients = Array(roots.interpolate(product)[..<shape.fieldElementsPerBlob])
        let unshifts = shift.inverse().powers(coefficients.count)
        for i in coefficients.indices { coefficients[i] = coefficients[i] * unshifts[i] }
        return coefficients
    }
}
