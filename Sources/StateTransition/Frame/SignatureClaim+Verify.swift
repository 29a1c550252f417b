internal import BLS

extension SignatureClaim {
    /// Verifies this one signature.
    func verify(caches: TransitionCaches) throws(TransitionError) {
        throw TransitionError(function, "signature", expected: "a verifier", got: "none built yet", kind: kind)
    }
}
