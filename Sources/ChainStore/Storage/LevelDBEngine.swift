internal import CLevelDB
internal import Concurrency
internal import Foundation

/// One LevelDB directory.
///
/// Every call blocks; none may be made from the cooperative pool. Checksums are verified on every read.
public final class LevelDBEngine: KeyValueStore {
    /// LevelDB keeps lengths in 32 bits.
    static let maximumValueBytes = Int(Int32.max)

    public let directory: String
    private let database: Guarded<OpenDatabase?>

    /// Opens, and with `createIfMissing` makes, the database; recovery of an unfinished log happens here.
    public init(directory: String, options: LevelDBOptions = .init(), createIfMissing: Bool = true) throws(StoreError) {
        guard !directory.isEmpty, !directory.utf8.contains(0) else {
            throw .unusablePath(directory, reason: "not a path")
        }
        self.directory = directory
        try LevelDBEngine.prepare(directory, create: createIfMissing)
        database = Guarded(
            try OpenDatabase(directory: directory, options: options, createIfMissing: createIfMissing)
        )
    }

    public func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        let open = try open()
        return try open.get(key, options: ReadOptionsHandle(fillCache: true), directory)
    }

    public func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] {
        let open = try open()
        let snapshot = leveldb_create_snapshot(open.handle.pointer)
        defer { leveldb_release_snapshot(open.handle.pointer, snapshot) }
        let options = ReadOptionsHandle(fillCache: true, snapshot: snapshot)
        var values: [[UInt8]?] = []
        values.reserveCapacity(keys.count)
        for key in keys { values.append(try open.get(key, options: options, directory)) }
        return values
    }

    public func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {
        for case .put(_, let value) in batch.operations where value.count > LevelDBEngine.maximumValueBytes {
            throw .tooLarge(what: "a value", limit: LevelDBEngine.maximumValueBytes, got: value.count)
        }
        let open = try open()
        let operations = BatchHandle(batch)
        let options = WriteOptionsHandle(durability)
        try checked(directory) { leveldb_write(open.handle.pointer, options.pointer, operations.pointer, $0) }
    }

    public func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
        let open = try open()
        // Scans pass by LevelDB's block cache, so one long scan does not empty it.
        let options = ReadOptionsHandle(fillCache: false)
        let iterator = IteratorHandle(open.handle, options)
        seek(iterator, range, order)
        var page = Page(entries: [], remainder: nil)
        var bytes = 0
        while iterator.isValid {
            let key = iterator.key
            guard range.contains(key) else { break }
            let (total, overflow) = bytes.addingReportingOverflow(key.count + iterator.valueCount)
            if let last = page.entries.last,
                overflow || page.entries.count >= limit.entries || total > limit.bytes
            {
                page.remainder = range.remainder(after: last.key, order: order)
                break
            }
            bytes = total
            page.entries.append(.init(key: key, value: iterator.value))
            switch order {
            case .ascending: leveldb_iter_next(iterator.pointer)
            case .descending: leveldb_iter_prev(iterator.pointer)
            }
        }
        try checked(directory) { leveldb_iter_get_error(iterator.pointer, $0) }
        return page
    }

    public func compact(_ range: KeyRange) throws(StoreError) {
        let open = try open()
        withSlice(range.lower) { lower, lowerCount in
            guard let upper = range.upper else {
                return leveldb_compact_range(open.handle.pointer, lower, lowerCount, nil, 0)
            }
            withSlice(upper) { leveldb_compact_range(open.handle.pointer, lower, lowerCount, $0, $1) }
        }
    }

    /// Closes as soon as the last call under way has ended; a call that comes later is refused.
    public func close() {
        let last = database.withLock { state in
            defer { state = nil }
            return state
        }
        _ = consume last
    }

    /// Rebuilds the tables of a damaged, closed database from what can still be read of it.
    ///
    /// A batch can lose some of its operations: re-derive the indices afterwards. Logs are cut at their first damage.
    static func repair(directory: String, options: LevelDBOptions) throws(StoreError) {
        try prepare(directory, create: false)
        let cache = CacheHandle(bytes: options.blockCacheBytes)
        let filter = FilterHandle(bitsPerKey: options.bloomBitsPerKey)
        let handle = OptionsHandle(options, createIfMissing: false, cache: cache, filter: filter)
        // Opening and closing proves that nobody else holds the lock, or fails at the damage.
        do throws(StoreError) {
            _ = try DatabaseHandle(directory: directory, options: options, createIfMissing: false)
        } catch {
            if case .alreadyOpen = error { throw error }
        }
        try LevelDBLog.cutDamaged(in: directory)
        try checked(directory) { leveldb_repair_db(handle.pointer, directory, $0) }
    }

    private func open() throws(StoreError) -> OpenDatabase {
        guard let open = database.withLock({ $0 }) else { throw .closed }
        return open
    }

    private func seek(_ iterator: borrowing IteratorHandle, _ range: KeyRange, _ order: ScanOrder) {
        switch (order, range.upper) {
        case (.ascending, _):
            withSlice(range.lower) { leveldb_iter_seek(iterator.pointer, $0, $1) }
        case (.descending, nil):
            leveldb_iter_seek_to_last(iterator.pointer)
        case (.descending, let upper?):
            withSlice(upper) { leveldb_iter_seek(iterator.pointer, $0, $1) }
            if iterator.isValid {
                leveldb_iter_prev(iterator.pointer)
            } else {
                leveldb_iter_seek_to_last(iterator.pointer)
            }
        }
    }

    /// LevelDB makes the last directory of a path only, and explains a wrong one badly.
    private static func prepare(_ directory: String, create: Bool) throws(StoreError) {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory) {
            guard isDirectory.boolValue else { throw .unusablePath(directory, reason: "a file is in the way") }
            return
        }
        guard create else { throw .noStore(directory: directory) }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .unusablePath(directory, reason: "\(error)")
        }
    }
}

/// The database, alive until the last call that uses it has ended.
private final class OpenDatabase: Sendable {
    let handle: DatabaseHandle

    init(directory: String, options: LevelDBOptions, createIfMissing: Bool) throws(StoreError) {
        handle = try DatabaseHandle(directory: directory, options: options, createIfMissing: createIfMissing)
    }

    func get(_ key: [UInt8], options: borrowing ReadOptionsHandle, _ directory: String) throws(StoreError) -> [UInt8]? {
        var count = 0
        let found = try checked(directory) { error in
            withSlice(key) { leveldb_get(handle.pointer, options.pointer, $0, $1, &count, error) }
        }
        guard let found else { return nil }
        defer { leveldb_free(found) }
        return array(found, count)
    }
}
