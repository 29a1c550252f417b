import Hashing
import KZG
import YAML

/// The published setup, read once.
let publishedSettings = Result { try KZGSettings.ethereum() }
/// Takes a second to make: only for the cases that prove cells.
private let prover = publishedSettings.map { CellProver($0) }

extension VectorRunner {
    /// `kzg`: commitments, proofs, cells, each case one call.
    ///
    /// `output` of a case is `null` where the call must be refused.
    static let kzg = VectorRunner("kzg", needsManifest: false) { vector, files in
        let data = try files.yaml("data")
        let input = try data.member("input")
        let output = try data.member("output")
        let kzg = try publishedSettings.get()
        switch vector.handler {
        case "blob_to_kzg_commitment":
            try expect(output) { try kzg.blobToKZGCommitment(blob(input)).bytes }
        case "compute_kzg_proof":
            let got = try result { try kzg.computeKZGProof(blob: try blob(input), z: try bytes(input, "z")) }
            let expected = try output.isNull ? nil : output.elements.map { try $0.hexBytes }
            try expectEqual("output", expected: expected, got: got.map { [$0.proof.bytes, $0.y.bytes] })
        case "compute_blob_kzg_proof":
            try expect(output) {
                try kzg.computeBlobKZGProof(blob: try blob(input), commitment: try bytes(input, "commitment")).bytes
            }
        case "compute_challenge":
            try expect(output) {
                try kzg.computeChallenge(blob: try blob(input), commitment: try bytes(input, "commitment")).bytes
            }
        case "verify_kzg_proof":
            try expect(output) {
                try kzg.verifyKZGProof(
                    commitment: try bytes(input, "commitment"),
                    z: try bytes(input, "z"),
                    y: try bytes(input, "y"),
                    proof: try bytes(input, "proof")
                )
            }
        case "verify_blob_kzg_proof":
            try expect(output) {
                try kzg.verifyBlobKZGProof(
                    blob: try blob(input),
                    commitment: try bytes(input, "commitment"),
                    proof: try bytes(input, "proof")
                )
            }
        case "verify_blob_kzg_proof_batch":
            try expect(output) {
                try kzg.verifyBlobKZGProofBatch(
                    blobs: try byteLists(input, "blobs"),
                    commitments: try list(input, "commitments"),
                    proofs: try list(input, "proofs")
                )
            }
        case "compute_cells":
            let got = try result { try kzg.computeCells(try blob(input)) }
            let expected = try output.isNull ? nil : output.elements.map { try $0.hexBytes }
            try expectEqual("output", expected: expected, got: got)
        case "compute_cells_and_kzg_proofs":
            let prover = try prover.get()
            try expectCells(output, try result { try prover.computeCellsAndKZGProofs(try blob(input)) })
        case "recover_cells_and_kzg_proofs":
            let prover = try prover.get()
            let got = try result {
                try prover.recoverCellsAndKZGProofs(
                    cellIndices: try numbers(input, "cell_indices"),
                    cells: try byteLists(input, "cells")
                )
            }
            try expectCells(output, got)
        case "verify_cell_kzg_proof_batch":
            try expect(output) {
                try kzg.verifyCellKZGProofBatch(
                    commitments: try list(input, "commitments"),
                    cellIndices: try numbers(input, "cell_indices"),
                    cells: try byteLists(input, "cells"),
                    proofs: try list(input, "proofs")
                )
            }
        case "compute_verify_cell_kzg_proof_batch_challenge":
            try expect(output) {
                try kzg.computeVerifyCellKZGProofBatchChallenge(
                    commitments: try list(input, "commitments"),
                    commitmentIndices: try numbers(input, "commitment_indices"),
                    cellIndices: try numbers(input, "cell_indices"),
                    cells: try input.member("cosets_evals").elements.map { cell in
                        try cell.elements.flatMap { try $0.hexBytes }
                    },
                    proofs: try list(input, "proofs")
                ).bytes
            }
        default:
            return .unknownHandler(vector)
        }
        return .passed
    }
}

/// A field element or point of the wrong length, which the scheme's types cannot hold.
private struct WrongLength: Error {
    let expected: Int
    let got: Int
}

/// What a call gives; `nil` where it refuses its input.
///
/// A file that cannot be understood fails the case.
private func result<T>(_ call: () throws -> T) throws -> T? {
    do {
        return try call()
    } catch is KZGError {
        return nil
    } catch is WrongLength {
        return nil
    }
}

private func expect(_ output: YAMLNode, _ call: () throws -> [UInt8]) throws {
    try expectEqual("output", expected: try output.isNull ? nil : output.hexBytes, got: try result(call))
}

private func expect(_ output: YAMLNode, _ call: () throws -> Bool) throws {
    try expectEqual("output", expected: try output.isNull ? nil : output.bool, got: try result(call))
}

private func expectCells(_ output: YAMLNode, _ got: (cells: [[UInt8]], proofs: [Bytes48])?) throws {
    guard !output.isNull else {
        return try expectEqual("output", expected: nil, got: got.map { $0.cells })
    }
    let expected = try output.elements.map { try $0.elements.map { try $0.hexBytes } }
    try expectEqual("output", expected: expected, got: got.map { [$0.cells, $0.proofs.map(\.bytes)] } ?? [])
}

private func blob(_ input: YAMLNode) throws -> [UInt8] { try input.member("blob").hexBytes }

private func bytes<B: FixedBytes>(_ input: YAMLNode, _ key: String) throws -> B {
    try fixed(try input.member(key).hexBytes)
}

private func fixed<B: FixedBytes>(_ bytes: [UInt8]) throws -> B {
    guard let fixed = B(bytes) else { throw WrongLength(expected: B.count, got: bytes.count) }
    return fixed
}

private func list(_ input: YAMLNode, _ key: String) throws -> [Bytes48] {
    try input.member(key).elements.map { try fixed(try $0.hexBytes) }
}

private func byteLists(_ input: YAMLNode, _ key: String) throws -> [[UInt8]] {
    try input.member(key).elements.map { try $0.hexBytes }
}

private func numbers(_ input: YAMLNode, _ key: String) throws -> [UInt64] {
    try input.member(key).elements.map { try $0.int }
}
