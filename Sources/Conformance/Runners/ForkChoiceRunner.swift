import YAML

extension VectorRunner {
    /// `fork_choice`: ticks, blocks, attestations and slashings one after the other, with checks between them.
    static let forkChoice = VectorRunner("fork_choice") { vector, files in
        var replay = try ForkChoiceReplay(vector, files)
        for (i, step) in try files.yaml("steps").elements.enumerated() {
            do {
                if let verdict = try replay.carryOut(step) { return verdict }
            } catch let mismatch as Mismatch {
                throw Mismatch("step \(i): \(mismatch.what)", expected: mismatch.expected, got: mismatch.got)
            }
        }
        return .passed
    }
}
