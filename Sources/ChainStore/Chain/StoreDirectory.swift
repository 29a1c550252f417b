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
            let isNew = create && !FileManager.default.fileExists(atPath: messagesPath)
            let engine = try LevelDBEngine(
                directory: messagesPath,
                options: options.messages,
                createIfMissing: create
            )
            if isNew { try syncEntries() }
            return engine
        } catch .noStore {
            throw .corrupted(
                directory: path,
                detail: "its blocks are gone: there is no database in the folder \(StoreDirectory.messagesFolder)"
            )
        }
    }

    /// Makes the names of what lies in the directory outlast a power cut; LevelDB does so inside its own only.
    private func syncEntries() throws(StoreError) {
        let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let isSynced = descriptor >= 0 && fsync(descriptor) == 0
        let code = errno
        if descriptor >= 0 { _ = Foundation.close(descriptor) }
        guard isSynced else {
            throw .inputOutput(directory: path, detail: "cannot be synced: \(String(cString: strerror(code)))")
        }
    }

    /// Rebuilds both databases from what can be read of them; that of the messages may be missing.
    func repair(_ options: LevelDBOptions) throws(StoreError) {
        try LevelDBEngine.repair(directory: path, options: options.index)
        guard FileManager.default.fileExists(atPath: messagesPath) else { return }
        try LevelDBEngine.repair(directory: messagesPath, options: options.messages)
    }
}
