import BLS
import Hashing
import TestSupport
import Testing

@testable import KZG

/// Small setups whose secret is known: every answer is compared with plain polynomial arithmetic.
@Suite struct SmallModelTests {
    static let shapes = [(2, 1), (2, 2), (8, 1), (8, 2), (16, 4), (16, 16)]

    /// Coefficients by Lagrange interpolation from definition, values over bit-reversed roots.
    private func interpolate(_ values: [Fr]) -> [Fr] {
        let count = values.count
        let bits = count.trailingZeroBitCount
        let roots = Fr.rootOfUnity(log2Order: bits).powers(count)
        let scale = Fr(UInt64(count)).inverse()
        // coefficient j = 1/n Σ valueᵢ·ω^(-ij)
        return (0..<count).map { j in
            var sum = Fr.zero
            for i in 0..<count {
                sum = sum + values[reverseBits(i, width: bits)] * roots[(count - i * j % count) % count]
            }
            return sum * scale
        }
    }

    private func evaluate(_ coefficients: [Fr], _ x: Fr) -> Fr { coefficients.reversed().reduce(.zero) { $0 * x + $1 } }

    @Test(arguments: shapes) func blobs(blob: Int, cell: Int) throws {
        let kzg = try Fixtures.small(blob: blob, cell: cell)
        var random = SplitMix64(seed: UInt64(blob * 100 + cell))
        for _ in 0..<4 {
            let bytes = random.blob(kzg.shape)
            let polynomial = interpolate(try kzg.polynomial(blob: bytes))
            #expect(kzg.coefficients(try kzg.polynomial(blob: bytes)) == polynomial)
            let commitment = try kzg.blobToKZGCommitment(bytes)
            #expect(commitment == Fixtures.commitment(evaluate(polynomial, Fixtures.secret)))
            // A random point, and every point of the domain.
            for z in [random.element()] + kzg.blobRoots {
                let (proof, y) = try kzg.computeKZGProof(blob: bytes, z: z.bytes)
                #expect(y == evaluate(polynomial, z).bytes)
                let quotient =
                    (evaluate(polynomial, Fixtures.secret) - evaluate(polynomial, z))
                    * (Fixtures.secret - z).inverse()
                #expect(proof == Fixtures.commitment(quotient))
                #expect(try kzg.verifyKZGProof(commitment: commitment, z: z.bytes, y: y, proof: proof))
                let wrong = (evaluate(polynomial, z) + .one).bytes
                #expect(try !kzg.verifyKZGProof(commitment: commitment, z: z.bytes, y: wrong, proof: proof))
            }
            let proof = try kzg.computeBlobKZGProof(blob: bytes, commitment: commitment)
            #expect(try kzg.verifyBlobKZGProof(blob: bytes, commitment: commitment, proof: proof))
        }
    }

    @Test(arguments: shapes) func cells(blob: Int, cell: Int) throws {
        let kzg = try Fixtures.small(blob: blob, cell: cell)
        let prover = CellProver(kzg)
        var random = SplitMix64(seed: UInt64(blob * 1000 + cell))
        let bytes = random.blob(kzg.shape)
        let polynomial = interpolate(try kzg.polynomial(blob: bytes))
        let commitment = try kzg.blobToKZGCommitment(bytes)
        let (cells, proofs) = try prover.computeCellsAndKZGProofs(bytes)
        let count = kzg.shape.cellsPerExtBlob
        #expect(cells.count == count)
        #expect(Array(cells.joined().prefix(bytes.count)) == bytes)
        let root = Fr.rootOfUnity(log2Order: (2 * blob).trailingZeroBitCount)
        for (i, proof) in proofs.enumerated() {
            let values = try kzg.cosetEvaluations(cells[i], index: i)
            var vanishing = Fr.one
            var remainder = Fr.zero
            let points = (0..<cell).map { j in
                root.power([UInt64(reverseBits(i * cell + j, width: (2 * blob).trailingZeroBitCount))])
            }
            for (j, point) in points.enumerated() {
                #expect(values[j] == evaluate(polynomial, point))
                vanishing = vanishing * (Fixtures.secret - point)
                var basis = values[j]
                for (other, otherPoint) in points.enumerated() where other != j {
                    basis = basis * (Fixtures.secret - otherPoint) * (point - otherPoint).inverse()
                }
                remainder = remainder + basis
            }
            let quotient = (evaluate(polynomial, Fixtures.secret) - remainder) * vanishing.inverse()
            #expect(proof == Fixtures.commitment(quotient), "proof of cell \(i)")
        }
        let all = (0..<count).map { UInt64($0) }
        let commitments = [Bytes48](repeating: commitment, count: count)
        #expect(
            try kzg.verifyCellKZGProofBatch(commitments: commitments, cellIndices: all, cells: cells, proofs: proofs)
        )
        var damaged = cells
        damaged[count - 1] = (try kzg.cosetEvaluations(cells[count - 1], index: 0).map { ($0 + .one).bytes.bytes })
            .flatMap(
                \.self
            )
        #expect(
            try !kzg.verifyCellKZGProofBatch(commitments: commitments, cellIndices: all, cells: damaged, proofs: proofs)
        )
        for round in 0..<8 {
            let kept = all.shuffled(using: &random).prefix(count / 2 + round % (count / 2 + 1)).sorted()
            let recovered = try prover.recoverCellsAndKZGProofs(
                cellIndices: kept,
                cells: kept.map { cells[Int($0)] }
            )
            #expect(recovered.cells == cells, "kept \(kept)")
            #expect(recovered.proofs == proofs)
        }
    }

    /// Batches of many blobs: right ones pass, one wrong entry anywhere fails.
    @Test func batches() throws {
        let kzg = try Fixtures.small(blob: 8, cell: 2)
        var random = SplitMix64(seed: 7)
        let blobs = (0..<5).map { _ in random.blob(kzg.shape) }
        let commitments = try blobs.map { try kzg.blobToKZGCommitment($0) }
        let proofs = try zip(blobs, commitments).map { try kzg.computeBlobKZGProof(blob: $0, commitment: $1) }
        #expect(try kzg.verifyBlobKZGProofBatch(blobs: blobs, commitments: commitments, proofs: proofs))
        #expect(try kzg.verifyBlobKZGProofBatch(blobs: [], commitments: [], proofs: []))
        for i in blobs.indices {
            var wrong = proofs
            wrong[i] = proofs[(i + 1) % blobs.count]
            #expect(try !kzg.verifyBlobKZGProofBatch(blobs: blobs, commitments: commitments, proofs: wrong))
            var other = commitments
            other[i] = commitments[(i + 1) % blobs.count]
            #expect(try !kzg.verifyBlobKZGProofBatch(blobs: blobs, commitments: other, proofs: proofs))
        }
    }
}
