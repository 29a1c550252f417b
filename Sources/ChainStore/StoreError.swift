public import Hashing

/// Why the store could not do what it was asked; every case names the two values that disagree where there are two.
///
/// Only `CancellationError` is thrown besides, by calls whose task was cancelled before their work began.
public enum StoreError: Error, Hashable, Sendable {
    /// The path cannot hold a store: a file is there, a parent is missing, rights are missing.
    case unusablePath(String, reason: String)
    /// An existing store was asked for and the directory holds none.
    case noStore(directory: String)
    /// Another process, or another handle of this one, holds the directory.
    case alreadyOpen(directory: String)
    /// A LevelDB database is there, but not one this program made.
    case notAChainStore(directory: String)
    case schemaMismatch(directory: String, expected: UInt32, got: UInt32)
    case networkMismatch(directory: String, expected: NetworkIdentity, got: NetworkIdentity)
    /// A file fails its checksum, is cut or is missing.
    case corrupted(directory: String, detail: String)
    case inputOutput(directory: String, detail: String)
    /// A stored entry does not have the shape its table declares.
    case malformed(table: TableCode, key: String, expected: String, got: String)
    case tooLarge(what: String, limit: Int, got: Int)
    /// The overflow policy of both queues is to refuse.
    case overloaded(queue: String, limit: Int)
    /// A write failed before; what the log holds after it is unknown until the store is opened again.
    case writesStopped(cause: String)
    case closed
    /// The import names a snapshot to replay from that is not stored (any more).
    case missingSnapshot(block: Bytes32, base: Bytes32)
    /// The import brings a snapshot, so its summary must name its own block as base.
    case snapshotBaseMismatch(expected: Bytes32, got: Bytes32)
    /// A batch would touch two engines and could not be atomic.
    case crossesShards(table: TableCode)
    /// Keys are appended without holes.
    case publicKeyGap(expected: UInt64, got: UInt64)
    /// Nothing stored leads from the block back to a snapshot within the limit.
    case noReplayPath(block: Bytes32, detail: String)
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unusablePath(let path, let reason): "cannot keep a store at \(path): \(reason)"
        case .noStore(let directory): "no store in \(directory)"
        case .alreadyOpen(let directory): "the store in \(directory) is held by another martlet"
        case .notAChainStore(let directory): "the database in \(directory) is not a martlet store"
        case .schemaMismatch(let directory, let expected, let got):
            "the store in \(directory) has schema version \(got), this martlet expects \(expected)"
        case .networkMismatch(let directory, let expected, let got):
            "the store in \(directory) belongs to \(got), expected \(expected)"
        case .corrupted(let directory, let detail): "the store in \(directory) is damaged: \(detail)"
        case .inputOutput(let directory, let detail): "the store in \(directory) failed: \(detail)"
        case .malformed(let table, let key, let expected, let got):
            "entry \(key) of table \(table): expected \(expected), got \(got)"
        case .tooLarge(let what, let limit, let got): "\(what) of \(got) bytes exceeds the limit of \(limit)"
        case .overloaded(let queue, let limit): "\(queue) queue of the store is full (limit \(limit))"
        case .writesStopped(let cause): "the store takes no writes after a failed one: \(cause)"
        case .closed: "the store is closed"
        case .missingSnapshot(let block, let base): "no snapshot \(base) to replay block \(block) from"
        case .snapshotBaseMismatch(let expected, let got):
            "a snapshot's base must be its own block \(expected), got \(got)"
        case .crossesShards(let table): "table \(table) lives on another shard than the rest of the batch"
        case .publicKeyGap(let expected, let got): "public keys must go on at index \(expected), got \(got)"
        case .noReplayPath(let block, let detail): "no way to replay up to block \(block): \(detail)"
        }
    }
}
