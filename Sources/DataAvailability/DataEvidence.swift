internal import ConsensusTypes
internal import Hashing

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

    /// Takes in what was proven elsewhere of the same block.
    public mutating func merge(_ other: DataEvidence) {
        blobs.merge(other.blobs) { own, _ in own }
        if columns.isEmpty { columnCommitments = other.columnCommitments }
        if columnCommitments == other.columnCommitments { columns.formUnion(other.columns) }
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

/// As stored; numbers of two bytes, most significant first.
///
/// DO NOT CHANGE: blobs, each its index and commitment; commitments of the columns; indices of the columns, rising. Before
/// each of the three how many there are.
extension DataEvidence {
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func append(_ number: UInt64) {
            bytes.append(UInt8(truncatingIfNeeded: number >> 8))
            bytes.append(UInt8(truncatingIfNeeded: number))
        }
        // Indices of blobs and columns that were proven are below the preset's few.
        let proven = blobs.filter { $0.key <= 0xffff }.sorted { $0.key < $1.key }
        append(UInt64(proven.count))
        for (index, commitment) in proven {
            append(index)
            bytes.append(contentsOf: commitment.bytes)
        }
        append(UInt64(columnCommitments.count))
        for commitment in columnCommitments { bytes.append(contentsOf: commitment.bytes) }
        let indices = columns.filter { $0 <= 0xffff }.sorted()
        append(UInt64(indices.count))
        for index in indices { append(index) }
        return bytes
    }

    /// `nil` where the bytes are none that `bytes` gives.
    public init?(bytes: ArraySlice<UInt8>) {
        var rest = bytes
        func readNumber() -> UInt64? {
            guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
            return UInt64(high) << 8 | UInt64(low)
        }
        func readCommitment() -> KZGCommitment? {
            defer { rest = rest.dropFirst(48) }
            return KZGCommitment(rest.prefix(48))
        }
        guard let blobCount = readNumber() else { return nil }
        for _ in 0..<blobCount {
            guard let index = readNumber(), let commitment = readCommitment() else { return nil }
            blobs[index] = commitment
        }
        guard let commitmentCount = readNumber() else { return nil }
        for _ in 0..<commitmentCount {
            guard let commitment = readCommitment() else { return nil }
            columnCommitments.append(commitment)
        }
        guard let columnCount = readNumber() else { return nil }
        for _ in 0..<columnCount {
            guard let index = readNumber() else { return nil }
            columns.insert(index)
        }
        // Whatever else these are the bytes of: indices twice, or not in order, or more at the end.
        guard rest.isEmpty, self.bytes[...] == bytes else { return nil }
    }
}
