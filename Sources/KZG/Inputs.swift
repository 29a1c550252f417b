import BLS
import Hashing

// Bytes from outside become field elements and points here and nowhere else.

extension KZGSettings {
    /// Spec: `blob_to_polynomial`: the values at `blobRoots`.
    func polynomial(blob: [UInt8]) throws(KZGError) -> [Fr] {
        guard blob.count == shape.bytesPerBlob else {
            throw .blobLength(expected: shape.bytesPerBlob, got: blob.count)
        }
        return try fieldElements(blob)
    }

    /// Spec: `cell_to_coset_evals`.
    func cosetEvaluations(_ cell: [UInt8], index: Int) throws(KZGError) -> [Fr] {
        guard cell.count == shape.bytesPerCell else {
            throw .cellLength(cell: index, expected: shape.bytesPerCell, got: cell.count)
        }
        return try fieldElements(cell)
    }
}

/// The whole multiples of 32 bytes.
private func fieldElements(_ bytes: [UInt8]) throws(KZGError) -> [Fr] {
    var elements: [Fr] = []
    elements.reserveCapacity(bytes.count / 32)
    let isComplete = bytes.withUnsafeBytes { raw in
        guard let base = raw.baseAddress else { return true }
        for i in 0..<raw.count / 32 {
            guard let element = Fr(bigEndian: Bytes32(loading: base + 32 * i)) else { return false }
            elements.append(element)
        }
        return true
    }
    guard isComplete else { throw .fieldElementNotReduced(position: elements.count) }
    return elements
}

/// Spec: `bytes_to_bls_field`.
func fieldElement(_ bytes: Bytes32) throws(KZGError) -> Fr {
    guard let element = Fr(bigEndian: bytes) else { throw .fieldElementNotReduced(position: 0) }
    return element
}

/// Spec: `bytes_to_kzg_commitment`, `bytes_to_kzg_proof`.
func point(_ bytes: Bytes48, _ kind: KZGPoint, index: Int = 0) throws(KZGError) -> G1Affine {
    do {
        return try G1Affine(compressed: bytes)
    } catch {
        throw .point(kind, index: index, error)
    }
}

func points(_ bytes: [Bytes48], _ kind: KZGPoint) throws(KZGError) -> [G1Affine] {
    var points: [G1Affine] = []
    points.reserveCapacity(bytes.count)
    for (i, bytes) in bytes.enumerated() { points.append(try point(bytes, kind, index: i)) }
    return points
}

func requireCount(_ what: String, expected: Int, got: Int) throws(KZGError) {
    guard got == expected else { throw .count(of: what, expected: expected, got: got) }
}

func bytes(_ elements: some Collection<Fr>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 * elements.count)
    for element in elements { element.bytes.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
}
