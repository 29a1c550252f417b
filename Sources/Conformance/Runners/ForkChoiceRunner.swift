import YAML

extension VectorRunner {
    /// `fork_choice`: ticks, blocks, attestations and slashings one after the other, with checks between them.
    static let forkChoice = VectorRunner("fork_choice") { vector, files in
        var replay = try ForkChoiceReplay(vector, files)
        return try files.carryOutSteps { step in try replay.carryOut(step) }
    }
}
