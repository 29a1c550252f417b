internal import Synchronization

/// An engine that fails where a test tells it to; counting begins at 1 with the first call of each kind.
public final class FaultyEngine: KeyValueStore {
    public enum Fault: Hashable, Sendable {
        /// This write fails and leaves nothing behind.
        case failWrite(Int)
        /// This write is applied and reported as failed, as when the disk answers too late.
        case applyAndFailWrite(Int)
        /// This write and all after it fail, as if the process had been killed just before it.
        case stopBeforeWrite(Int)
        /// This read (look-up, several look-ups or page) fails.
        case failRead(Int)
    }

    private let engine: any KeyValueStore
    private let faults: Set<Fault>
    private let reads = Atomic(0)
    private let writes = Atomic(0)

    public init(_ engine: any KeyValueStore, faults: Set<Fault>) {
        self.engine = engine
        self.faults = faults
    }

    public func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        try countRead()
        return try engine.get(key)
    }

    public func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] {
        try countRead()
        return try engine.get(all: keys)
    }

    public func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {
        let count = writes.add(1, ordering: .relaxed).newValue
        for fault in faults {
            switch fault {
            case .stopBeforeWrite(let first) where count >= first: throw injected("write", count)
            case .failWrite(count): throw injected("write", count)
            default: continue
            }
        }
        try engine.write(batch, durability: durability)
        if faults.contains(.applyAndFailWrite(count)) { throw injected("write", count) }
    }

    public func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
        try countRead()
        return try engine.page(range, limit: limit, order: order)
    }

    public func close() { engine.close() }

    /// How many writes have been asked for.
    public var writeCount: Int { writes.load(ordering: .relaxed) }

    private func countRead() throws(StoreError) {
        let count = reads.add(1, ordering: .relaxed).newValue
        if faults.contains(.failRead(count)) { throw injected("read", count) }
    }

    private func injected(_ what: String, _ count: Int) -> StoreError {
        .inputOutput(directory: "memory", detail: "injected fault at \(what) \(count)")
    }
}
