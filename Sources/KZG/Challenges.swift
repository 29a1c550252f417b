import BLS
public import Hashing

/// Bytes that a challenge is hashed from.
struct Transcript {
    private(set) var bytes: [UInt8]

    init(domain: String, capacity: Int) {
        bytes = []
        bytes.reserveCapacity(domain.utf8.count + capacity)
        bytes.append(contentsOf: domain.utf8)
    }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    mutating func append(_ more: some FixedBytes) { more.withUnsafeBytes { bytes.append(contentsOf: $0) } }

    /// Eight bytes, big-endian.
    mutating func append(_ number: UInt64) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Spec: `hash_to_bls_field`.
    var challenge: Fr { Fr(reducing: SHA256.hash(bytes)) }
}

extension KZGSettings {
    /// Spec: `compute_challenge`.
    ///
    /// Throws when the blob has the wrong length; neither the blob's elements nor the commitment are judged.
    public func computeChallenge(blob: [UInt8], commitment: Bytes48) throws(KZGError) -> Bytes32 {
        try challenge(blob: blob, commitment: commitment).bytes
    }

    func challenge(blob: [UInt8], commitment: Bytes48) throws(KZGError) -> Fr {
        guard blob.count == shape.bytesPerBlob else {
            throw .blobLength(expected: shape.bytesPerBlob, got: blob.count)
        }
        var transcript = Transcript(domain: "FSBLOBVERIFY_V1_", capacity: blob.count + 64)
        // The degree, as sixteen bytes.
        transcript.append(0)
        transcript.append(UInt64(shape.fieldElementsPerBlob))
        transcript.append(blob)
        transcript.append(commitment)
        return transcript.challenge
    }

    /// The factor that folds many claims p(z) = y into one, as in the spec's `verify_kzg_proof_batch`.
    func batchChallenge(commitments: [Bytes48], z: [Fr], y: [Fr], proofs: [Bytes48]) -> Fr {
        var transcript = Transcript(domain: "RCKZGBATCH___V1_", capacity: 16 + 160 * commitments.count)
        transcript.append(UInt64(shape.fieldElementsPerBlob))
        transcript.append(UInt64(commitments.count))
        for i in commitments.indices {
            transcript.append(commitments[i])
            transcript.append(z[i].bytes)
            transcript.append(y[i].bytes)
            transcript.append(proofs[i])
        }
        return transcript.challenge
    }

    /// Spec: `compute_verify_cell_kzg_proof_batch_challenge`.
    ///
    /// Throws when lists or cells have wrong lengths or a commitment index names nothing; nothing else is judged.
    public func computeVerifyCellKZGProofBatchChallenge(
        commitments: [Bytes48],
        commitmentIndices: [UInt64],
        cellIndices: [UInt64],
        cells: [[UInt8]],
        proofs: [Bytes48]
    ) throws(KZGError) -> Bytes32 {
        try requireCount("commitment indices", expected: cells.count, got: commitmentIndices.count)
        try requireCount("cell indices", expected: cells.count, got: cellIndices.count)
        try requireCount("proofs", expected: cells.count, got: proofs.count)
        for (i, cell) in cells.enumerated() where cell.count != shape.bytesPerCell {
            throw .cellLength(cell: i, expected: shape.bytesPerCell, got: cell.count)
        }
        for index in commitmentIndices where index >= UInt64(commitments.count) {
            throw .commitmentIndex(limit: UInt64(commitments.count), got: index)
        }
        return cellBatchChallenge(commitments, commitmentIndices, cellIndices, cells, proofs).bytes
    }

    func cellBatchChallenge(
        _ commitments: [Bytes48],
        _ commitmentIndices: [UInt64],
        _ cellIndices: [UInt64],
        _ cells: [[UInt8]],
        _ proofs: [Bytes48]
    ) -> Fr {
        let capacity = 32 + 48 * commitments.count + (64 + shape.bytesPerCell) * cells.count
        var transcript = Transcript(domain: "RCKZGCBATCH__V1_", capacity: capacity)
        transcript.append(UInt64(shape.fieldElementsPerBlob))
        transcript.append(UInt64(shape.fieldElementsPerCell))
        transcript.append(UInt64(commitments.count))
        transcript.append(UInt64(cellIndices.count))
        for commitment in commitments { transcript.append(commitment) }
        for i in cells.indices {
            transcript.append(commitmentIndices[i])
            transcript.append(cellIndices[i])
            transcript.append(cells[i])
            transcript.append(proofs[i])
        }
        return transcript.challenge
    }
}
