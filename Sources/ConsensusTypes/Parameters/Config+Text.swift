public import Hashing

extension Config {
    /// The configuration as the lines of a `config.yaml`, every key once, in declared order.
    ///
    /// The same configuration gives the same text: stores keep it, and its hash tells networks apart.
    public var text: String {
        var lines = Config.entries.map { "\($0.name): \($0.field.text(in: self))" }
        if blobSchedule.isEmpty {
            lines.append("BLOB_SCHEDULE: []")
        } else {
            lines.append("BLOB_SCHEDULE:")
            for row in blobSchedule {
                lines.append("  - EPOCH: \(row.epoch)")
                lines.append("    MAX_BLOBS_PER_BLOCK: \(row.maxBlobsPerBlock)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// SHA-256 of `text`.
    public var digest: Root { SHA256.hash(Array(text.utf8)) }
}

extension ConfigField {
    /// The value as `store` would read it.
    func text(in config: Config) -> String {
        switch self {
        case .number(let path): String(config[keyPath: path])
        case .text(let path): config[keyPath: path]
        case .version(let path): config[keyPath: path].description
        case .bytes20(let path): config[keyPath: path].description
        case .bytes32(let path): config[keyPath: path].description
        }
    }
}
