internal import Foundation

/// The two databases of a store: small records in the directory itself, signed messages in a folder of it.
struct StoreDirectory: Hashable, Sendable {
    static let messagesFolder = "blocks"

    let path: String
    var messagesPath: String { path + "/" + StoreDirectory.messagesFolder }

    init(_ path: String) { self.path = path }

    /// Opens the database of small records, which holds the lock and says what the store is.
    func openIndex(_ options: LevelDBOptions, create: Bool) throws(StoreError) -> LevelDBEngine {
        try LevelDBEngine(directory: path, options: options.index, createIfMissing: create)
    }

    /// Opens the database of signed messages; a store that must have one and has none is damaged, not empty.
    func openMessages(_ options: LevelDBOptions, create: Bool) throws(StoreError) -> LevelDBEngine {
        do throws(StoreError) {
            return try LevelDBEngine(directory: messagesPath, options: options.messages, createIfMissing: create)
        } catch .noStore {
            throw .corrupted(
                directory: path,
                detail: "its blocks are gone: there is no database in the folder \(StoreDirectory.messagesFolder)"
            )
        }
    }

    /// Rebuilds both databases from what can be read of them; that of the messages may be missing.
    func repair(_ options: LevelDBOptions) throws(StoreError) {
        try LevelDBEngine.repair(directory: path, options: options.index)
        guard FileManager.default.fileExists(atPath: messagesPath) else { return }
        try LevelDBEngine.repair(directory: messagesPath, options: options.messages)
    }
}
