import BLS
public import Hashing

// EIP-4844. A proof for p(z) = y is the commitment to the quotient (p(X) - y)/(X - z).

extension KZGSettings {
    /// Spec: `blob_to_kzg_commitment`.
    public func blobToKZGCommitment(_ blob: [UInt8]) throws(KZGError) -> Bytes48 {
        G1.linearCombination(g1Lagrange, try polynomial(blob: blob)).affine().compressed
    }

    /// Spec: `compute_kzg_proof`.
    public func computeKZGProof(blob: [UInt8], z: Bytes32) throws(KZGError) -> (proof: Bytes48, y: Bytes32) {
        let polynomial = try polynomial(blob: blob)
        let (proof, y) = prove(polynomial, at: try fieldElement(z))
        return (proof, y.bytes)
    }

    /// Spec: `compute_blob_kzg_proof`.
    ///
    /// The commitment must be a point; that it belongs to the blob is not checked.
    public func computeBlobKZGProof(blob: [UInt8], commitment: Bytes48) throws(KZGError) -> Bytes48 {
        _ = try point(commitment, .commitment)
        let polynomial = try polynomial(blob: blob)
        return prove(polynomial, at: try challenge(blob: blob, commitment: commitment)).proof
    }

    /// Spec: `verify_kzg_proof`.
    public func verifyKZGProof(commitment: Bytes48, z: Bytes32, y: Bytes32, proof: Bytes48) throws(KZGError) -> Bool {
        let commitment = try point(commitment, .commitment)
        let z = try fieldElement(z)
        let y = try fieldElement(y)
        return verify([commitment], [z], [y], [try point(proof, .proof)], factors: [.one])
    }

    /// Spec: `verify_blob_kzg_proof`.
    public func verifyBlobKZGProof(blob: [UInt8], commitment: Bytes48, proof: Bytes48) throws(KZGError) -> Bool {
        try verifyBlobKZGProofBatch(blobs: [blob], commitments: [commitment], proofs: [proof])
    }

    /// Spec: `verify_blob_kzg_proof_batch`; true for no blobs.
    public func verifyBlobKZGProofBatch(
        blobs: [[UInt8]],
        commitments: [Bytes48],
        proofs: [Bytes48]
    ) throws(KZGError) -> Bool {
        try requireCount("commitments", expected: blobs.count, got: commitments.count)
        try requireCount("proofs", expected: blobs.count, got: proofs.count)
        if blobs.isEmpty { return true }
        let commitmentPoints = try points(commitments, .commitment)
        let proofPoints = try points(proofs, .proof)
        var z: [Fr] = []
        var y: [Fr] = []
        for (blob, commitment) in zip(blobs, commitments) {
            let polynomial = try polynomial(blob: blob)
            let challenge = try challenge(blob: blob, commitment: commitment)
            z.append(challenge)
            y.append(evaluatePolynomialInEvaluationForm(polynomial, at: challenge))
        }
        let factor =
            blobs.count == 1 ? .one : batchChallenge(commitments: commitments, z: z, y: y, proofs: proofs)
        return verify(commitmentPoints, z, y, proofPoints, factors: factor.powers(blobs.count))
    }

    /// Spec: `verify_kzg_proof_batch`: e(Σ fᵢ·πᵢ, s·G2) = e(Σ fᵢ·(Cᵢ - yᵢ·G1 + zᵢ·πᵢ), G2).
    private func verify(
        _ commitments: [G1Affine],
        _ z: [Fr],
        _ y: [Fr],
        _ proofs: [G1Affine],
        factors: [Fr]
    ) -> Bool {
        let left = G1.linearCombination(proofs, factors)
        let right = G1.linearCombination(
            commitments + proofs + [G1Affine.generator],
            factors + factors.indices.map { factors[$0] * z[$0] } + [-Fr.innerProduct(factors, y)]
        )
        let sides = G1.affine([left, -right])
        return Pairing.isProductOne([(sides[0], secretG2), (sides[1], G2Affine.generator)])
    }

    /// Spec: `evaluate_polynomial_in_evaluation_form`.
    func evaluatePolynomialInEvaluationForm(_ values: [Fr], at z: Fr) -> Fr {
        if let i = blobRoots.firstIndex(of: z) { return values[i] }
        // (zⁿ - 1)/n · Σ valueᵢ·rootᵢ/(z - rootᵢ)
        var inverses = blobRoots.map { z - $0 }
        Fr.invertAll(&inverses)
        var sum = Fr.zero
        for i in values.indices { sum = sum + values[i] * (blobRoots[i] * inverses[i]) }
        return sum * (z.power([UInt64(values.count)]) - .one) * Fr(UInt64(values.count)).inverse()
    }

    /// Spec: `compute_kzg_proof_impl`.
    private func prove(_ values: [Fr], at z: Fr) -> (proof: Bytes48, y: Fr) {
        let y = evaluatePolynomialInEvaluationForm(values, at: z)
        // A zero, where z is a root itself, stays a zero.
        var quotient = blobRoots.map { $0 - z }
        Fr.invertAll(&quotient)
        for i in quotient.indices { quotient[i] = (values[i] - y) * quotient[i] }
        if let own = blobRoots.firstIndex(of: z) {
            // Spec: `compute_quotient_eval_within_domain`: Σ (valueᵢ - y)·rootᵢ / (z·(z - rootᵢ)), and quotientᵢ has the
            // first factor over (rootᵢ - z).
            quotient[own] = -Fr.innerProduct(quotient, blobRoots) * z.inverse()
        }
        return (G1.linearCombination(g1Lagrange, quotient).affine().compressed, y)
    }
}
