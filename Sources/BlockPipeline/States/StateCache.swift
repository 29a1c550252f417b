internal import Concurrency
public import ConsensusTypes
public import Hashing
internal import SSZ

/// Post-states by block root, as many as a number of bytes admits.
///
/// Bytes are measured: what the states hold together, shared parts once (`SharedMemory`). When full, the state used
/// longest ago goes; pinned ones (the anchor) stay. A state that is somebody's own as well lives on until that one is
/// done with it, uncounted.
public final class StateCache: Sendable {
    fileprivate struct Entry {
        let post: PostState
        /// Neighbours in the order of use.
        var older: Root?
        var newer: Root?
    }

    fileprivate struct Table {
        var entries: [Root: Entry] = [:]
        var oldest: Root?
        var newest: Root?
        var memory = SharedMemory()
        var limit: Int
        var pinned: Set<Root> = []
        var evicted: UInt64 = 0

        init(limit: Int) { self.limit = limit }
    }

    private let table: Guarded<Table>

    /// - Parameters:
    ///   - limit: bytes, as `SharedMemory` measures them.
    public init(limit: Int) { table = Guarded(Table(limit: limit)) }

    /// Bytes that the states hold.
    public var bytes: Int { table.withLock { $0.bytes } }
    public var count: Int { table.withLock { $0.entries.count } }
    /// States that had to go for others so far.
    public var evicted: UInt64 { table.withLock { $0.evicted } }
    public var limit: Int { table.withLock { $0.limit } }

    /// The state after a block, which is then the one used last.
    public subscript(root: Root) -> PostState? {
        table.withLock { table in
            guard let post = table.entries[root]?.post else { return nil }
            table.touch(root)
            return post
        }
    }

    /// Whether the state is here; says nothing about its use.
    public func contains(_ root: Root) -> Bool { table.withLock { $0.entries[root] != nil } }

    public func insert(_ post: PostState) {
        // What goes is freed behind the lock: a state may take thousands of pieces of memory with it.
        let gone = table.withLock { table in
            var gone: [PostState] = []
            if let old = table.take(post.blockRoot) { gone.append(old) }
            table.put(post)
            table.shrink(sparing: post.blockRoot, &gone)
            return gone
        }
        withExtendedLifetime(gone) {}
    }

    /// Sets another limit; what is beyond it goes at once.
    public func setLimit(_ limit: Int) {
        let gone = table.withLock { table in
            var gone: [PostState] = []
            table.limit = limit
            table.shrink(sparing: nil, &gone)
            return gone
        }
        withExtendedLifetime(gone) {}
    }

    /// Names the states that must stay; those named before may go.
    public func pin(_ roots: Set<Root>) {
        table.withLock { $0.pinned = roots }
    }

    /// Drops the states of these blocks.
    public func remove(_ roots: some Sequence<Root>) {
        let gone = table.withLock { table in roots.compactMap { table.take($0) } }
        withExtendedLifetime(gone) {}
    }
}

extension StateCache.Table {
    /// An entry, its place in the dictionary and the roots beside it.
    private static let entryBytes = 256

    var bytes: Int { memory.bytes + entries.count * Self.entryBytes }

    mutating func put(_ post: PostState) {
        memory.account(post.state, .add)
        entries[post.blockRoot] = StateCache.Entry(post: post)
        append(post.blockRoot)
    }

    mutating func take(_ root: Root) -> PostState? {
        guard let entry = entries[root] else { return nil }
        unlink(root)
        entries[root] = nil
        memory.account(entry.post.state, .remove)
        return entry.post
    }

    mutating func touch(_ root: Root) {
        if newest == root { return }
        unlink(root)
        append(root)
    }

    /// Takes states out, the one used longest ago first, until the rest is within the limit.
    mutating func shrink(sparing spared: Root?, _ gone: inout [PostState]) {
        var next = oldest
        while bytes > limit, let root = next {
            next = entries[root]?.newer
            if root == spared || pinned.contains(root) { continue }
            guard let post = take(root) else { continue }
            gone.append(post)
            evicted += 1
        }
    }

    private mutating func append(_ root: Root) {
        entries[root]?.older = newest
        entries[root]?.newer = nil
        if let newest { entries[newest]?.newer = root }
        newest = root
        if oldest == nil { oldest = root }
    }

    private mutating func unlink(_ root: Root) {
        guard let entry = entries[root] else { return }
        if let older = entry.older { entries[older]?.newer = entry.newer } else { oldest = entry.newer }
        if let newer = entry.newer { entries[newer]?.older = entry.older } else { newest = entry.older }
    }
}
