import BlockPipeline

/// The options about kept states that a replay and a node share.
enum HistoryOptions {
    private static let standard = StateHistory()
    private static let snapshots = Option<UInt64>.integer(
        "--snapshot-epochs",
        "N",
        1...65_536,
        "epochs between finalized states stored whole; those between are stored as differences; default: 256"
    )
    private static let kept = Option<UInt64>.integer(
        "--state-history",
        "N",
        0...UInt64.max,
        "epochs of finalized states that can be read back, older ones are forgotten; default: 2048"
    )

    static let declarations = [snapshots.declaration, kept.declaration]

    static func history(_ arguments: Arguments) -> StateHistory {
        var history = standard
        history.snapshotEpochs = arguments[snapshots] ?? history.snapshotEpochs
        history.keptEpochs = arguments[kept] ?? history.keptEpochs
        return history
    }
}
