public import Hashing

/// BLS signatures over BLS12-381 as Ethereum uses them: keys in G1, signatures in G2, proof-of-possession scheme.
///
/// Every function is pure and variable-time; use it on public data only.
public enum BLS {
    /// Spec: `bls.Verify`.
    public static func verify(
        publicKey: PublicKey,
        message: [UInt8],
        signature: Signature,
        kernels: FieldKernels = .best
    ) -> Bool {
        guard !publicKey.isInfinity else { return false }
        return kernels.run {
            let hash = HashToG2.hash(message).affine()
            return Pairing.isProductOne(
                [(publicKey.point, hash), (-G1Affine.generator, signature.point)],
                kernels: kernels
            )
        }
    }

    /// Spec: `bls.Verify`, over a signing root.
    public static func verify(
        publicKey: PublicKey,
        message: Bytes32,
        signature: Signature,
        kernels: FieldKernels = .best
    ) -> Bool {
        verify(publicKey: publicKey, message: message.bytes, signature: signature, kernels: kernels)
    }

    /// Spec: `bls.AggregateVerify`; false when there are no keys or not as many messages as keys.
    public static func aggregateVerify(
        publicKeys: [PublicKey],
        messages: [[UInt8]],
        signature: Signature,
        kernels: FieldKernels = .best
    ) -> Bool {
        guard !publicKeys.isEmpty, publicKeys.count == messages.count,
            !publicKeys.contains(where: \.isInfinity)
        else { return false }
        return kernels.run {
            let hashes = G2.affine(HashToG2.hash(all: messages, kernels: kernels))
            var pairs = zip(publicKeys, hashes).map { ($0.point, $1) }
            pairs.append((-G1Affine.generator, signature.point))
            return Pairing.isProductOne(pairs, kernels: kernels)
        }
    }

    /// Spec: `bls.AggregateVerify`, over signing roots.
    public static func aggregateVerify(
        publicKeys: [PublicKey],
        messages: [Bytes32],
        signature: Signature,
        kernels: FieldKernels = .best
    ) -> Bool {
        aggregateVerify(publicKeys: publicKeys, messages: messages.map(\.bytes), signature: signature, kernels: kernels)
    }

    /// Spec: `bls.FastAggregateVerify`; false when there are no keys.
    public static func fastAggregateVerify(
        publicKeys: [PublicKey],
        message: [UInt8],
        signature: Signature,
        kernels: FieldKernels = .best
    ) -> Bool {
        guard !publicKeys.isEmpty else { return false }
        return verify(
            publicKey: sum(publicKeys, kernels: kernels),
            message: message,
            signature: signature,
            kernels: kernels
        )
    }

    /// Spec: `bls.FastAggregateVerify`, over a signing root.
    public static func fastAggregateVerify(
        publicKeys: [PublicKey],
        message: Bytes32,
        signature: Signature,
        kernels: FieldKernels = .best
    ) -> Bool {
        fastAggregateVerify(publicKeys: publicKeys, message: message.bytes, signature: signature, kernels: kernels)
    }

    /// Spec: `eth_fast_aggregate_verify`: nobody signing with the infinity signature is valid.
    public static func ethFastAggregateVerify(
        publicKeys: [PublicKey],
        message: Bytes32,
        signature: Signature,
        kernels: FieldKernels = .best
    ) -> Bool {
        if publicKeys.isEmpty, signature.isInfinity { return true }
        return fastAggregateVerify(publicKeys: publicKeys, message: message, signature: signature, kernels: kernels)
    }

    /// Spec: `bls.Aggregate`.
    public static func aggregate(_ signatures: [Signature]) throws(BLSError) -> Signature {
        guard !signatures.isEmpty else { throw .empty }
        return Signature(point: G2.sum(signatures.map(\.point)))
    }

    /// Spec: `bls.AggregatePKs`; the sum may be infinity.
    public static func aggregate(_ publicKeys: [PublicKey]) throws(BLSError) -> PublicKey {
        guard !publicKeys.isEmpty else { throw .empty }
        return sum(publicKeys)
    }

    /// Spec: `eth_aggregate_pubkeys`, from keys as they stand in a state: each one is validated.
    public static func ethAggregatePubkeys(_ publicKeys: [Bytes48]) throws(BLSError) -> Bytes48 {
        var keys: [PublicKey] = []
        keys.reserveCapacity(publicKeys.count)
        for key in PublicKey.decompress(publicKeys) { keys.append(try key.get()) }
        return try aggregate(keys).compressed
    }

    /// The sum of any number of keys; of none it is infinity, which no verification accepts.
    ///
    /// Costs about as much as seven multiplications in the field per key: additions are affine, in rounds that
    /// share one inversion. Meant for committees of up to thousands of keys out of a table of decompressed keys.
    public static func sum(_ publicKeys: [PublicKey], kernels: FieldKernels = .best) -> PublicKey {
        kernels.run {
            if kernels.hasLanes, let sum = G1.sumInLanes(publicKeys) { return PublicKey(point: sum) }
            if inAdx, let sum = G1.sumInAdx(publicKeys) { return PublicKey(point: sum) }
            return PublicKey(
                point: publicKeys.withUnsafeBufferPointer { keys in G1.sum(count: keys.count) { keys[$0].point } }
            )
        }
    }
}
