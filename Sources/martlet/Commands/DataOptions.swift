import BlockPipeline
import DataAvailability

/// The options about blob data that a replay and a node share.
enum DataOptions {
    static let availability = Option<AvailabilityPolicy>.choice(
        "--availability",
        "blocks with blobs of which no sidecar is there; default: assume"
    )
    static let columns = Option<ColumnSampling>.columns(
        "--columns",
        "the columns that a block needs, each one; default: any 64"
    )

    static let declarations = [availability.declaration, columns.declaration]
}

extension Option<ColumnSampling> {
    /// Whole numbers below the number of columns, separated by commas.
    static func columns(_ name: String, _ help: String) -> Option {
        Option(name: name, placeholder: "N,N,…", help: help) { text throws(BadValue) in
            var sampled: Set<UInt64> = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let column = UInt64(part), column < 128, sampled.insert(column).inserted else {
                    throw BadValue(expected: "different whole numbers from 0 to 127, separated by commas")
                }
            }
            return .columns(sampled)
        }
    }
}
