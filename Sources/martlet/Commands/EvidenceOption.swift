import Node

/// `--evidence-dir`: where blocks go whose post-state is not the one they name.
enum EvidenceOption {
    static let directory = Option.text(
        "--evidence-dir",
        "DIR",
        "keep block, pre-state and post-state where a state root is not the block's; the first "
            + "\(EvidenceDirectory.standardLimit) of them"
    )

    static func directory(
        _ arguments: Arguments,
        report: @escaping @Sendable (EvidenceReport) -> Void
    ) throws -> EvidenceDirectory? {
        try arguments[directory].map { try EvidenceDirectory($0, report: report) }
    }
}
