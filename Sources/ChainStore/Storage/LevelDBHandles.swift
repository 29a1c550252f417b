internal import CLevelDB

// Each handle owns one object of the C library and gives it back in `deinit`; none can be copied.

struct OptionsHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ options: LevelDBOptions, createIfMissing: Bool, cache: borrowing CacheHandle, filter: borrowing FilterHandle)
    {
        pointer = leveldb_options_create()
        leveldb_options_set_create_if_missing(pointer, createIfMissing ? 1 : 0)
        leveldb_options_set_paranoid_checks(pointer, 1)
        leveldb_options_set_write_buffer_size(pointer, options.writeBufferBytes)
        leveldb_options_set_max_file_size(pointer, options.maximumFileBytes)
        leveldb_options_set_max_open_files(pointer, Int32(clamping: options.maximumOpenFiles))
        // Big values are compressed before they get here, small ones are mostly hashes.
        leveldb_options_set_compression(pointer, Int32(leveldb_no_compression))
        leveldb_options_set_cache(pointer, cache.pointer)
        leveldb_options_set_filter_policy(pointer, filter.pointer)
    }

    deinit { leveldb_options_destroy(pointer) }
}

struct CacheHandle: ~Copyable {
    let pointer: OpaquePointer

    init(bytes: Int) { pointer = leveldb_cache_create_lru(max(0, bytes)) }

    deinit { leveldb_cache_destroy(pointer) }
}

struct FilterHandle: ~Copyable {
    let pointer: OpaquePointer

    init(bitsPerKey: Int) { pointer = leveldb_filterpolicy_create_bloom(Int32(clamping: bitsPerKey)) }

    deinit { leveldb_filterpolicy_destroy(pointer) }
}

struct ReadOptionsHandle: ~Copyable {
    let pointer: OpaquePointer

    init(fillCache: Bool, snapshot: OpaquePointer? = nil) {
        pointer = leveldb_readoptions_create()
        leveldb_readoptions_set_verify_checksums(pointer, 1)
        leveldb_readoptions_set_fill_cache(pointer, fillCache ? 1 : 0)
        if let snapshot { leveldb_readoptions_set_snapshot(pointer, snapshot) }
    }

    deinit { leveldb_readoptions_destroy(pointer) }
}

struct WriteOptionsHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ durability: Durability) {
        pointer = leveldb_writeoptions_create()
        leveldb_writeoptions_set_sync(pointer, durability == .synced ? 1 : 0)
    }

    deinit { leveldb_writeoptions_destroy(pointer) }
}

struct BatchHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ batch: WriteBatch) {
        pointer = leveldb_writebatch_create()
        for operation in batch.operations {
            switch operation {
            case .put(let key, let value):
                withSlice(key) { key, keyCount in
                    withSlice(value) { leveldb_writebatch_put(pointer, key, keyCount, $0, $1) }
                }
            case .delete(let key):
                withSlice(key) { leveldb_writebatch_delete(pointer, $0, $1) }
            }
        }
    }

    deinit { leveldb_writebatch_destroy(pointer) }
}

struct IteratorHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ database: borrowing DatabaseHandle, _ options: borrowing ReadOptionsHandle) {
        pointer = leveldb_create_iterator(database.pointer, options.pointer)
    }

    var isValid: Bool { leveldb_iter_valid(pointer) != 0 }

    var key: [UInt8] {
        var count = 0
        return array(leveldb_iter_key(pointer, &count), count)
    }

    var value: [UInt8] {
        var count = 0
        return array(leveldb_iter_value(pointer, &count), count)
    }

    var valueCount: Int {
        var count = 0
        _ = leveldb_iter_value(pointer, &count)
        return count
    }

    deinit { leveldb_iter_destroy(pointer) }
}

/// An open database with the objects that must outlive it; LevelDB allows calls from any thread.
struct DatabaseHandle: ~Copyable, @unchecked Sendable {  // LevelDB synchronises its database, cache and filter itself
    let pointer: OpaquePointer
    private let cache: CacheHandle
    private let filter: FilterHandle

    init(directory: String, options: LevelDBOptions, createIfMissing: Bool) throws(StoreError) {
        let cache = CacheHandle(bytes: options.blockCacheBytes)
        let filter = FilterHandle(bitsPerKey: options.bloomBitsPerKey)
        let handle = OptionsHandle(options, createIfMissing: createIfMissing, cache: cache, filter: filter)
        let opened = try checked(directory) { leveldb_open(handle.pointer, directory, $0) }
        guard let opened else { throw .inputOutput(directory: directory, detail: "no database and no reason") }
        pointer = opened
        self.cache = cache
        self.filter = filter
    }

    // The cache and the filter go after the database that uses them: fields are destroyed after this body.
    deinit { leveldb_close(pointer) }
}

/// Calls C with an error pointer and turns the message it may leave into a `StoreError`.
func checked<R>(
    _ directory: String,
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
) throws(StoreError) -> R {
    var message: UnsafeMutablePointer<CChar>?
    let result = body(&message)
    guard let message else { return result }
    let text = String(cString: message)
    leveldb_free(message)
    throw StoreError(levelDB: text, directory: directory)
}

/// Lends bytes to C; the pointer is never null, also when there are none.
func withSlice<R>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>, Int) -> R) -> R {
    guard !bytes.isEmpty else {
        var nothing: CChar = 0
        return withUnsafePointer(to: &nothing) { body($0, 0) }
    }
    return bytes.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else {
            var nothing: CChar = 0
            return withUnsafePointer(to: &nothing) { body($0, 0) }
        }
        return base.withMemoryRebound(to: CChar.self, capacity: buffer.count) { body($0, buffer.count) }
    }
}

/// Copies bytes C has lent.
func array(_ pointer: UnsafePointer<CChar>?, _ count: Int) -> [UInt8] {
    guard let pointer, count > 0 else { return [] }
    return Array(UnsafeRawBufferPointer(start: pointer, count: count))
}

extension StoreError {
    /// LevelDB reports by text; its prefixes are part of its contract, what follows is for people.
    init(levelDB text: String, directory: String) {
        if text.hasPrefix("IO error: lock ") {
            self = .alreadyOpen(directory: directory)
        } else if text.hasPrefix("Corruption: ") {
            self = .corrupted(directory: directory, detail: text)
        } else if text.hasPrefix("Invalid argument: "), text.contains("does not exist") {
            self = .noStore(directory: directory)
        } else if text.hasPrefix("Invalid argument: ") || text.hasPrefix("NotFound: ") {
            self = .corrupted(directory: directory, detail: text)
        } else {
            self = .inputOutput(directory: directory, detail: text)
        }
    }
}
