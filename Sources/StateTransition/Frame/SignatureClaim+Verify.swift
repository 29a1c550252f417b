internal import BLS
internal import Hashing
internal import Locking
internal import SSZ

extension SignatureClaim {
    /// Verifies this one signature.
    public func verify(caches: TransitionCaches) throws(TransitionError) {
        guard let set = try signatureSet(caches, try? Signature(compressed: signature)) else { return }
        guard set.isValid else { throw invalid(got: "another's or none") }
    }

    /// Verifies all of `claims`, with one product of pairings for each core; an error tells the first that is not valid.
    ///
    /// Whoever can foresee `randomness` can make bad signatures cancel out: pass the system's generator. The cores are
    /// those of the caches; where the error is one of many, it is the same on any number of them.
    public static func verifyTogether(
        _ claims: [SignatureClaim],
        caches: TransitionCaches,
        randomness: inout some RandomNumberGenerator
    ) throws(TransitionError) {
        let cores = claims.count >= 2 * claimsPerPart ? caches.cores : .one
        let parts = cores.parts(of: claims.count, least: claimsPerPart)
        // Numbers are drawn here, one for each set that there may be: a generator is one thread's.
        let weights = claims.map { _ in UInt64.random(in: 1...UInt64.max, using: &randomness) }
        let sets = try cores.map(count: parts.count) { (i) throws(TransitionError) in
            try signatureSets(claims[parts[i]], caches)
        }.flatMap { $0 }
        let setParts = cores.parts(of: sets.count, least: claimsPerPart)
        let verdicts = cores.map(count: setParts.count) { i in
            isValid(sets[setParts[i]], weights: weights[setParts[i]])
        }
        guard let bad = verdicts.firstIndex(of: false) else { return }
        // Halve down to the first bad one: the first half is bad, or the second must be.
        var suspects = setParts[bad]
        while suspects.count > 1 {
            let first = suspects.prefix(suspects.count / 2)
            let weights = first.map { _ in UInt64.random(in: 1...UInt64.max, using: &randomness) }
            suspects = isValid(sets[first], weights: weights[...]) ? suspects.dropFirst(first.count) : first
        }
        throw claims[sets[suspects.lowerBound].owner].invalid(got: "another's or none")
    }

    /// Claims that are worth a core of their own: eight fill its lanes, and each part costs a final exponentiation.
    private static let claimsPerPart = 16

    /// A set, and the position of its claim.
    private typealias OwnedSet = (owner: Int, set: SignatureSet)

    private static func isValid(_ sets: ArraySlice<OwnedSet>, weights: ArraySlice<UInt64>) -> Bool {
        if let only = sets.first, sets.count == 1 { return only.set.isValid }
        return sets.isEmpty || BLS.verifyBatch(sets.map(\.set), weights: Array(weights))
    }

    private static func signatureSets(
        _ claims: ArraySlice<SignatureClaim>,
        _ caches: TransitionCaches
    ) throws(TransitionError) -> [OwnedSet] {
        var sets: [OwnedSet] = []
        let points = Signature.decompress(claims.map(\.signature))
        for (position, point) in zip(claims.indices, points) {
            guard let set = try claims[position].signatureSet(caches, try? point.get()) else { continue }
            sets.append((position, set))
        }
        return sets
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
