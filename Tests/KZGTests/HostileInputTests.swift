import BLS
import Hashing
import TestSupport
import Testing

@testable import KZG

/// Every wrong input is a typed error that names what was expected.
@Suite struct HostileInputTests {
    let kzg: KZGSettings
    let blob: [UInt8]
    let commitment: Bytes48
    let proof: Bytes48
    let cells: [[UInt8]]
    let zero = Bytes32()
    let order =
        Bytes32(Hex.decode("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001") ?? []) ?? Bytes32()

    init() throws {
        kzg = try Fixtures.small(blob: 8, cell: 2)
        var random = SplitMix64(seed: 3)
        blob = random.blob(kzg.shape)
        commitment = try kzg.blobToKZGCommitment(blob)
        proof = try kzg.computeBlobKZGProof(blob: blob, commitment: commitment)
        cells = try kzg.computeCells(blob)
    }

    @Test func lengths() {
        for length in [0, 1, 255, 257] {
            let wrong = [UInt8](repeating: 0, count: length)
            let error = KZGError.blobLength(expected: 256, got: length)
            #expect(throws: error) { try kzg.blobToKZGCommitment(wrong) }
            #expect(throws: error) { try kzg.computeKZGProof(blob: wrong, z: zero) }
            #expect(throws: error) { try kzg.computeChallenge(blob: wrong, commitment: commitment) }
            #expect(throws: error) { try kzg.computeCells(wrong) }
            #expect(throws: error) { try kzg.verifyBlobKZGProof(blob: wrong, commitment: commitment, proof: proof) }
            #expect(throws: KZGError.cellLength(cell: 0, expected: 64, got: length)) {
                try kzg.verifyCellKZGProofBatch(
                    commitments: [commitment],
                    cellIndices: [0],
                    cells: [wrong],
                    proofs: [proof]
                )
            }
        }
        #expect(throws: KZGError.count(of: "proofs", expected: 1, got: 0)) {
            try kzg.verifyBlobKZGProofBatch(blobs: [blob], commitments: [commitment], proofs: [])
        }
        #expect(throws: KZGError.count(of: "commitments", expected: 1, got: 0)) {
            try kzg.verifyCellKZGProofBatch(commitments: [], cellIndices: [0], cells: [cells[0]], proofs: [proof])
        }
    }

    @Test func elements() {
        var wrong = blob
        wrong.replaceSubrange(96..<128, with: order.bytes)
        #expect(throws: KZGError.fieldElementNotReduced(position: 3)) { try kzg.blobToKZGCommitment(wrong) }
        #expect(throws: KZGError.fieldElementNotReduced(position: 0)) {
            try kzg.verifyKZGProof(commitment: commitment, z: order, y: zero, proof: proof)
        }
        #expect(throws: KZGError.fieldElementNotReduced(position: 0)) {
            try kzg.verifyKZGProof(commitment: commitment, z: zero, y: order, proof: proof)
        }
    }

    @Test func points() throws {
        var wrong = commitment.bytes
        wrong[0] &= 0x7f
        let bad = try #require(Bytes48(wrong))
        #expect(throws: KZGError.self) {
            try kzg.verifyKZGProof(commitment: bad, z: zero, y: zero, proof: proof)
        }
        // x = 4 is on the curve and outside of the subgroup.
        var outside = [UInt8](repeating: 0, count: 48)
        outside[0] = 0x80
        outside[47] = 4
        let stray = try #require(Bytes48(outside))
        #expect(throws: KZGError.point(.proof, index: 1, .notInSubgroup)) {
            try kzg.verifyBlobKZGProofBatch(
                blobs: [blob, blob],
                commitments: [commitment, commitment],
                proofs: [proof, stray]
            )
        }
        #expect(throws: KZGError.point(.commitment, index: 0, .notInSubgroup)) {
            try kzg.verifyCellKZGProofBatch(
                commitments: [stray],
                cellIndices: [0],
                cells: [cells[0]],
                proofs: [proof]
            )
        }
    }

    @Test func indices() {
        for index: UInt64 in [8, 9, .max, 1 << 63] {
            #expect(throws: KZGError.cellIndex(limit: 8, got: index)) {
                try kzg.verifyCellKZGProofBatch(
                    commitments: [commitment],
                    cellIndices: [index],
                    cells: [cells[0]],
                    proofs: [proof]
                )
            }
            #expect(throws: KZGError.cellIndex(limit: 8, got: index)) {
                try kzg.recoverCells(cellIndices: [0, 1, 2, index], cells: Array(cells[..<4]))
            }
            #expect(throws: KZGError.commitmentIndex(limit: 1, got: index)) {
                try kzg.computeVerifyCellKZGProofBatchChallenge(
                    commitments: [commitment],
                    commitmentIndices: [index],
                    cellIndices: [0],
                    cells: [cells[0]],
                    proofs: [proof]
                )
            }
        }
        #expect(throws: KZGError.cellsNotAscending(1, 1)) {
            try kzg.recoverCells(cellIndices: [0, 1, 1, 2], cells: Array(cells[..<4]))
        }
        #expect(throws: KZGError.tooFewCells(atLeast: 4, got: 3)) {
            try kzg.recoverCells(cellIndices: [0, 1, 2], cells: Array(cells[..<3]))
        }
        #expect(throws: KZGError.tooManyCells(atMost: 8, got: 9)) {
            try kzg.recoverCells(cellIndices: [0, 1, 2, 3, 4, 5, 6, 7, 7], cells: cells + [cells[7]])
        }
    }

    /// Random bytes of any length never trap.
    @Test func noise() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<300 {
            let count = Int.random(in: 0..<4, using: &random)
            func some(_ length: Int) -> [UInt8] { (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) } }
            func point() -> Bytes48 { Bool.random(using: &random) ? commitment : Bytes48(some(48)) ?? proof }
            let noisy = (0..<count).map { _ in Bool.random(using: &random) ? cells[0] : some(64) }
            _ = try? kzg.verifyCellKZGProofBatch(
                commitments: (0..<count).map { _ in point() },
                cellIndices: (0..<count).map { _ in UInt64.random(in: 0..<10, using: &random) },
                cells: noisy,
                proofs: (0..<count).map { _ in point() }
            )
            _ = try? kzg.recoverCells(
                cellIndices: (0..<count + 3).map { _ in UInt64.random(in: 0..<10, using: &random) }.sorted(),
                cells: noisy + cells[..<3]
            )
        }
    }
}
