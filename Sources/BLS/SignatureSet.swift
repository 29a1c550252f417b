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
    public var isValid: Bool { BLS.verify(publicKey: publicKey, message: message, signature: signature) }
}

extension BLS {
    /// Whether every set is valid, decided with one product of pairings.
    ///
    /// Each set is weighted with a random non-zero 64-bit number, so a false batch passes with probability 2^-64 at
    /// most; sets over the same message share a pairing. True for no sets. Callers must pass an unpredictable
    /// generator (`SystemRandomNumberGenerator`): whoever foresees the numbers can make bad sets cancel out.
    public static func verifyBatch(
        _ sets: [SignatureSet],
        randomness: inout some RandomNumberGenerator
    ) -> Bool {
        guard sets.count > 1 else { return sets.allSatisfy(\.isValid) }
        return verifyBatch(sets, weights: sets.map { _ in UInt64.random(in: 1...UInt64.max, using: &randomness) })
    }

    /// Whether every set is valid, weighted with the system's random numbers.
    public static func verifyBatch(_ sets: [SignatureSet]) -> Bool {
        var randomness = SystemRandomNumberGenerator()
        return verifyBatch(sets, randomness: &randomness)
    }

    private static func verifyBatch(_ sets: [SignatureSet], weights: [UInt64]) -> Bool {
        guard !sets.contains(where: \.publicKey.isInfinity) else { return false }
        // e(-g, Σ wᵢ·sigᵢ) · Π over messages e(Σ wᵢ·keyᵢ, H(message)) = 1
        let signature = G2.multiScalarSum(sets.map(\.signature.point), weights)
        var slots: [Bytes32: Int] = [:]
        var keys: [G1] = []
        var messages: [Bytes32] = []
        for (set, weight) in zip(sets, weights) {
            let key = G1(set.publicKey.point).multiplied(by: weight)
            if let slot = slots[set.message] {
                keys[slot] = keys[slot] + key
            } else {
                slots[set.message] = keys.count
                keys.append(key)
                messages.append(set.message)
            }
        }
        let hashes = G2.affine(messages.map { HashToG2.hash($0.bytes) } + [signature])
        keys.append(G1(-G1Affine.generator))
        return Pairing.isProductOne(Array(zip(G1.affine(keys), hashes)))
    }
}
