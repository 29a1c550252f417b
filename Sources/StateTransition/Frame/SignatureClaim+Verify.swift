internal import BLS
internal import Hashing
internal import SSZ

extension SignatureClaim {
    /// Verifies this one signature.
    public func verify(caches: TransitionCaches) throws(TransitionError) {
        guard let set = try signatureSet(caches, try? Signature(compressed: signature)) else { return }
        guard set.isValid else { throw invalid(got: "another's or none") }
    }

    /// Verifies all of `claims` with one product of pairings; an error tells the first that is not valid.
    ///
    /// Whoever can foresee `randomness` can make bad signatures cancel out: pass the system's generator.
    public static func verifyTogether(
        _ claims: [SignatureClaim],
        caches: TransitionCaches,
        randomness: inout some RandomNumberGenerator
    ) throws(TransitionError) {
        var sets: [SignatureSet] = []
        var owners: [Int] = []
        let points = Signature.decompress(claims.map(\.signature))
        for (position, claim) in claims.enumerated() {
            guard let set = try claim.signatureSet(caches, try? points[position].get()) else { continue }
            sets.append(set)
            owners.append(position)
        }
        if BLS.verifyBatch(sets, randomness: &randomness) { return }
        // Halve down to the first bad one: the first half is bad, or the second must be.
        var suspects = sets.indices
        while suspects.count > 1 {
            let first = suspects.prefix(suspects.count / 2)
            let isFirstValid = BLS.verifyBatch(Array(sets[first]), randomness: &randomness)
            suspects = isFirstValid ? suspects.dropFirst(first.count) : first
        }
        guard let bad = suspects.first else { return }
        throw claims[owners[bad]].invalid(got: "another's or none")
    }

    /// The keys summed up beside the signature, `nil` if it is none; no set where nobody signed and may.
    private func signatureSet(
        _ caches: TransitionCaches,
        _ point: Signature?
    ) throws(TransitionError) -> SignatureSet? {
        guard let point else { throw invalid(got: "no point of the group") }
        if let committees {
            guard let key = committees.sumOfKeys(caches.pubkeys) else {
                throw invalid(got: "a signer whose key is invalid")
            }
            return SignatureSet(publicKey: key, message: message, signature: point)
        }
        if pubkeys.isEmpty {
            guard allowsNobody, signature == .infinity else { throw invalid(got: "one of nobody") }
            return nil
        }
        guard let present = caches.pubkeys.points(of: pubkeys), let absent = caches.pubkeys.points(of: absentPubkeys)
        else { throw invalid(got: "a signer whose key is invalid") }
        let key =
            absent.isEmpty
            ? BLS.sum(present) : BLS.sum(present + [PublicKey(point: -BLS.sum(absent).point)])
        return SignatureSet(publicKey: key, message: message, signature: point)
    }

    private func invalid(got: String) -> TransitionError {
        let count = committees?.bits.oneCount ?? pubkeys.count
        let signers = count == 1 && committees == nil ? "\(pubkeys[0])" : "\(count) signers"
        return TransitionError(function, "signature", expected: "that of \(signers)", got: got, kind: kind)
    }
}
