internal import ConsensusTypes

/// Which parts of one block's blob data are proven to belong to its commitments; the data itself is not kept.
public struct DataEvidence: Hashable, Sendable {
    /// Proven blobs by index, each with what it was proven against.
    private var blobs: [UInt64: KZGCommitment] = [:]
    private var columns: Set<UInt64> = []
    /// What the columns were proven against.
    private var columnCommitments: [KZGCommitment] = []

    public init() {}

    public func has(_ sidecar: Sidecar) -> Bool {
        switch sidecar {
        case .blob(let sidecar): blobs[sidecar.index] == sidecar.kzgCommitment
        case .column(let sidecar):
            columns.contains(sidecar.index) && columnCommitments == sidecar.kzgCommitments
        }
    }

    /// Takes in a sidecar of the block that was proven.
    public mutating func add(_ sidecar: Sidecar) {
        switch sidecar {
        case .blob(let sidecar): blobs[sidecar.index] = sidecar.kzgCommitment
        case .column(let sidecar):
            // A block has one list of commitments: another one is another block's, or nobody's.
            if columns.isEmpty { columnCommitments = sidecar.kzgCommitments }
            if columnCommitments == sidecar.kzgCommitments { columns.insert(sidecar.index) }
        }
    }

    /// What is missing to call the block's data available, in words; `nil` where nothing is.
    public func lack(of need: DataRequirement, sampling: ColumnSampling, columnCount: UInt64) -> String? {
        if need.fork < .fulu {
            let proven = need.commitments.enumerated().count { blobs[UInt64($0.offset)] == $0.element }
            return proven == need.commitments.count
                ? nil : "blobs: expected \(need.commitments.count) proven, got \(proven)"
        }
        let proven = columnCommitments == need.commitments ? columns : []
        switch sampling {
        case .recoverable:
            let enough = columnCount / 2 + columnCount % 2
            return UInt64(proven.count) >= enough
                ? nil : "columns: expected at least \(enough) of \(columnCount) proven, got \(proven.count)"
        case .columns(let sampled):
            let got = sampled.intersection(proven).count
            return got == sampled.count ? nil : "sampled columns: expected \(sampled.count) proven, got \(got)"
        }
    }
}
