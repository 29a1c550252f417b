internal import Concurrency
public import ConsensusTypes
public import Hashing

/// Post-states by block root, as many as a number of bytes admits.
///
/// When full, the state used longest ago goes; pinned ones (the anchor and the head) stay.
public final class StateCache: Sendable {
    private struct Entry {
        var post: PostState
        var lastUse: UInt64
    }

    private struct Table {
        var entries: [Root: Entry] = [:]
        var bytes = 0
        var uses: UInt64 = 0
        var pinned: Set<Root> = []
    }

    private let table = Guarded(Table())
    public let limit: Int

    /// - Parameters:
    ///   - limit: bytes, as `PostState.cost` counts them.
    public init(limit: Int) { self.limit = limit }

    public var bytes: Int { table.withLock { $0.bytes } }
    public var count: Int { table.withLock { $0.entries.count } }

    public subscript(root: Root) -> PostState? {
        table.withLock { table in
            guard let post = table.entries[root]?.post else { return nil }
            table.uses += 1
            table.entries[root]?.lastUse = table.uses
            return post
        }
    }

    public func insert(_ post: PostState) {
        table.withLock { table in
            table.uses += 1
            if let old = table.entries[post.blockRoot] { table.bytes -= old.post.cost }
            table.entries[post.blockRoot] = Entry(post: post, lastUse: table.uses)
            table.bytes += post.cost
            while table.bytes > limit {
                let candidates = table.entries.filter { !table.pinned.contains($0.key) && $0.key != post.blockRoot }
                guard let oldest = candidates.min(by: { $0.value.lastUse < $1.value.lastUse }) else { break }
                table.entries[oldest.key] = nil
                table.bytes -= oldest.value.post.cost
            }
        }
    }

    /// Names the states that must stay; those named before may go.
    public func pin(_ roots: Set<Root>) {
        table.withLock { $0.pinned = roots }
    }

    /// Drops the states of these blocks.
    public func remove(_ roots: some Sequence<Root>) {
        table.withLock { table in
            for root in roots {
                guard let entry = table.entries.removeValue(forKey: root) else { continue }
                table.bytes -= entry.post.cost
            }
        }
    }
}
