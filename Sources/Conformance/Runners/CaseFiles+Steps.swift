import YAML

extension CaseFiles {
    /// Carries out `steps.yaml` one after the other; a verdict ends the case, and what differs is said with its step.
    func carryOutSteps(_ carryOut: (YAMLNode) throws -> Verdict?) throws -> Verdict {
        for (i, step) in try yaml("steps").elements.enumerated() {
            do {
                if let verdict = try carryOut(step) { return verdict }
            } catch let mismatch as Mismatch {
                throw Mismatch("step \(i): \(mismatch.what)", expected: mismatch.expected, got: mismatch.got)
            }
        }
        return .passed
    }
}
