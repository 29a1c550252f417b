public import BlockPipeline
public import ChainStore
internal import ForkTree

/// One number of bytes for a whole node, and what each part that grows gets of it.
///
/// The shares are bounds, not reservations; a quarter is left for what has no bound of its own: keys and votes, which
/// grow with the registry, the tree of blocks that are not final, transitions under way, and the program itself. When
/// that quarter does not do, `MemoryGuard` has states in memory give way: they can be rebuilt.
public struct MemoryLimit: Hashable, Sendable {
    /// The least that a node runs in.
    public static let least = 128 << 20

    public let bytes: Int

    /// - Parameters:
    ///   - bytes: less than `least` counts as that.
    public init(bytes: Int) { self.bytes = max(Self.least, bytes) }

    /// Any number of bytes, for tests.
    init(unchecked bytes: Int) { self.bytes = bytes }

    /// States in memory, at most.
    public var states: Int { bytes / 2 }
    /// What states in memory are left with when everything else has taken its part.
    public var leastStates: Int { bytes / 64 }
    /// Resident bytes above which things give way: what is left may be taken between two looks.
    var high: Int { bytes / 10 * 8 }
    /// Resident bytes below which states may take more again.
    var low: Int { bytes / 10 * 7 }

    /// Cuts the bounds of a chain down to their shares.
    public func apply(to options: inout ChainOptions) {
        options.limits.stateBytes = states
        options.cache = StateCache(limit: states)
        options.limits.shufflingBytes = min(options.limits.shufflingBytes, bytes / 12)
        options.tree.waitingBytes = min(options.tree.waitingBytes, bytes / 16)
        options.payloads.bytes = min(options.payloads.bytes, bytes / 32)
    }

    /// A store's bounds, cut down to their shares.
    public var store: StoreConfiguration {
        var store = StoreConfiguration()
        store.writeQueueBytes = min(store.writeQueueBytes, bytes / 16)
        store.cacheBytes = min(store.cacheBytes, bytes / 64)
        store.levelDB.blockCacheBytes = min(store.levelDB.blockCacheBytes, bytes / 128)
        // LevelDB maps its files: each that is open may be resident as a whole. Each of the two databases opens 64 at
        // least, and a file has 1 MiB at least.
        store.levelDB.maximumFileBytes = max(1 << 20, min(store.levelDB.maximumFileBytes, bytes / 512))
        store.levelDB.maximumOpenFiles = 64
        // A write buffer becomes one file, however large, and one of signed messages is never merged into others: of
        // the three quarters that they get of the buffer no file is larger than the largest, but by its last batch.
        store.levelDB.writeBufferBytes = min(
            store.levelDB.writeBufferBytes,
            bytes / 128,
            store.levelDB.maximumFileBytes / 3 * 4
        )
        return store
    }
}
