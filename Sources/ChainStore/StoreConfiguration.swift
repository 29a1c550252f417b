/// Sizes and bounds of one store; every queue and cache is bounded here.
public struct StoreConfiguration: Hashable, Sendable {
    /// Threads that do nothing but read.
    public var readerThreads = 4
    /// Look-ups waiting at once; more are refused with `StoreError.overloaded`.
    public var readQueueLimit = 131_072
    /// Writes waiting at once; more are refused with `StoreError.overloaded`.
    public var writeQueueLimit = 16_384
    /// Bytes waiting to be written at once; more are refused, except that one write always fits.
    public var writeQueueBytes = 1 << 30
    /// Writes that share one batch and one sync.
    public var groupLimit = 512
    /// Bytes after which a group is closed; a single larger write is a group of its own.
    public var groupBytes = 4 << 20
    /// Bytes of decoded values kept in front of the database.
    public var cacheBytes = 64 << 20
    public var levelDB = LevelDBOptions()

    public init() {}
}

/// Sizes handed to LevelDB; a store's two databases share them.
public struct LevelDBOptions: Hashable, Sendable {
    /// Bytes of a memory table before it becomes a file.
    public var writeBufferBytes = 16 << 20
    /// Bytes of uncompressed blocks kept by LevelDB itself.
    public var blockCacheBytes = 32 << 20
    public var maximumFileBytes = 16 << 20
    public var maximumOpenFiles = 512
    public var bloomBitsPerKey = 10

    public init() {}

    /// What the database of small records gets: whatever is read lies behind it, and its tables are merged often.
    public var index: LevelDBOptions {
        var options = self
        options.writeBufferBytes = min(writeBufferBytes / 4, 4 << 20)
        options.blockCacheBytes = blockCacheBytes - messages.blockCacheBytes
        options.maximumFileBytes = max(1 << 20, maximumFileBytes / 4)
        options.maximumOpenFiles = maximumOpenFiles / 2
        return options
    }

    /// What the database of signed messages gets: they are large, written once, in order, and seldom read.
    public var messages: LevelDBOptions {
        var options = self
        options.writeBufferBytes = writeBufferBytes - min(writeBufferBytes / 4, 4 << 20)
        options.blockCacheBytes = blockCacheBytes / 16
        options.maximumOpenFiles = maximumOpenFiles / 2
        return options
    }
}
