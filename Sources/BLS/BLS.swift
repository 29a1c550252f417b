public import Hashing

/// BLS signatures over BLS12-381 as Ethereum uses them: keys in G1, signatures in G2, proof-of-possession scheme.
///
/// Every function is pure and variable-time; use it on public data only.
public enum BLS {
    /// Spec: `bls.Verify`.
    public static func verify(publicKey: PublicKey, message: [UInt8], signature: Signature) -> Bool {
        guard !publicKey.isInfinity else { return false }
        let hash = HashToG2.hash(message).affine()
        return Pairing.isProductOne([(publicKey.point, hash), (-G1Affine.generator, signature.point)])
    }

    /// Spec: `bls.Verify`, over a signing root.
    public static func verify(publicKey: PublicKey, message: Bytes32, signature: Signature) -> Bool {
        verify(publicKey: publicKey, message: message.bytes, signature: signature)
    }

    /// Spec: `bls.AggregateVerify`; false when there are no keys or not as many messages as keys.
    public static func aggregateVerify(publicKeys: [PublicKey], messages: [[UInt8]], signature: Signature) -> Bool {
        guard !publicKeys.isEmpty, publicKeys.count == messages.count,
            !publicKeys.contains(where: \.isInfinity)
        else { return false }
        let hashes = G2.affine(messages.map { HashToG2.hash($0) })
        var pairs = zip(publicKeys, hashes).map { ($0.point, $1) }
        pairs.append((-G1Affine.generator, signature.point))
        return Pairing.isProductOne(pairs)
    }

    /// Spec: `bls.AggregateVerify`, over signing roots.
    public static func aggregateVerify(publicKeys: [PublicKey], messages: [Bytes32], signature: Signature) -> Bool {
        aggregateVerify(publicKeys: publicKeys, messages: messages.map(\.bytes), signature: signature)
    }

    /// Spec: `bls.FastAggregateVerify`; false when there are no keys.
    public static func fastAggregateVerify(publicKeys: [PublicKey], message: [UInt8], signature: Signature) -> Bool {
        guard !publicKeys.isEmpty else { return false }
        return verify(publicKey: sum(publicKeys), message: message, signature: signature)
    }

    /// Spec: `bls.FastAggregateVerify`, over a signing root.
    public static func fastAggregateVerify(publicKeys: [PublicKey], message: Bytes32, signature: Signature) -> Bool {
        fastAggregateVerify(publicKeys: publicKeys, message: message.bytes, signature: signature)
    }

    /// Spec: `eth_fast_aggregate_verify`: nobody signing with the infinity signature is valid.
    public static func ethFastAggregateVerify(
        publicKeys: [PublicKey],
        message: Bytes32,
        signature: Signature
    ) -> Bool {
        if publicKeys.isEmpty, signature.isInfinity { return true }
        return fastAggregateVerify(publicKeys: publicKeys, message: message, signature: signature)
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
        for bytes in publicKeys { keys.append(try PublicKey(compressed: bytes)) }
        return try aggregate(keys).compressed
    }

    /// The sum of any number of keys; of none it is infinity, which no verification accepts.
    ///
    /// Costs about as much as seven multiplications in the field per key: additions are affine, in rounds that
    /// share one inversion. Meant for committees of up to thousands of keys out of a table of decompressed keys.
    public static func sum(_ publicKeys: [PublicKey]) -> PublicKey {
        PublicKey(point: publicKeys.withUnsafeBufferPointer { keys in G1.sum(count: keys.count) { keys[$0].point } })
    }
}
