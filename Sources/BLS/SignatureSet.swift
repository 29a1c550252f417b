public import Hashing

/// One claim to verify in a batch: this key (usually the sum of many) signed this message with this signature.
public struct SignatureSet: Sendable, Hashable {
    public var publicKey: PublicKey
    public var message: Bytes32
    public var signature: Signature

    public init(publicKey: PublicKey, message: Bytes32, signature: Signature) {
        self.publicKey = publicKey
        self.message = message
        self.signature = signature
    }

    /// Verifies this set alone.
    public var isValid: Bool { isValid(kernels: .best) }

    /// Verifies this set alone by these kernels.
    public func isValid(kernels: FieldKernels) -> Bool {
        BLS.verify(publicKey: publicKey, message: message, signature: signature, kernels: kernels)
    }
}

extension BLS {
    /// Whether every set is valid, decided with one product of pairings.
    ///
    /// Each set is weighted with one of 2^64 - 1 random numbers, none of them zero (see `BatchWeight`), so a false batch passes with probability 2^-64 at
    /// most; sets over the same message share a pairing. True for no sets. Callers must pass an unpredictable
    /// generator (`SystemRandomNumberGenerator`): whoever foresees the numbers can make bad sets cancel out.
    public static func verifyBatch(
        _ sets: [SignatureSet],
        randomness: inout some RandomNumberGenerator,
        kernels: FieldKernels = .best
    ) -> Bool {
        guard sets.count > 1 else { return sets.allSatisfy { $0.isValid(kernels: kernels) } }
        let weights = sets.map { _ in UInt64.random(in: 1...UInt64.max, using: &randomness) }
        return verifyBatch(sets, weights: weights, kernels: kernels)
    }

    /// Whether every set is valid, weighted with the system's random numbers.
    public static func verifyBatch(_ sets: [SignatureSet], kernels: FieldKernels = .best) -> Bool {
        var randomness = SystemRandomNumberGenerator()
        return verifyBatch(sets, randomness: &randomness, kernels: kernels)
    }

    /// The same with numbers drawn before, one for each set, none of them zero and none to be foreseen.
    package static func verifyBatch(
        _ sets: [SignatureSet],
        weights: [UInt64],
        kernels: FieldKernels = .best
    ) -> Bool {
        guard !sets.contains(where: \.publicKey.isInfinity) else { return false }
        return kernels.run { isProductOne(of: sets, weights: weights, kernels: kernels) }
    }

    private static func isProductOne(of sets: [SignatureSet], weights: [UInt64], kernels: FieldKernels) -> Bool {
        // e(-g, Σ wᵢ·sigᵢ) · Π over messages e(Σ wᵢ·keyᵢ, H(message)) = 1
        let signature = G2.weightedSum(sets.map(\.signature.point), by: weights, kernels: kernels)
        let weighted = G1.weighted(sets.map(\.publicKey.point), by: weights, kernels: kernels)
        var slots: [Bytes32: Int] = [:]
        var keys: [G1] = []
        var messages: [[UInt8]] = []
        for (set, key) in zip(sets, weighted) {
            if let slot = slots[set.message] {
                keys[slot] = keys[slot] + key
            } else {
                slots[set.message] = keys.count
                keys.append(key)
                messages.append(set.message.bytes)
            }
        }
        let hashes = G2.affine(HashToG2.hash(all: messages, kernels: kernels) + [signature])
        keys.append(G1(-G1Affine.generator))
        return Pairing.isProductOne(Array(zip(G1.affine(keys), hashes)), kernels: kernels)
    }
}
