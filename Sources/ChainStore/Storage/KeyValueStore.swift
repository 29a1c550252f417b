/// An ordered map of bytes to bytes that survives the process: the lowest of the store's three layers.
///
/// Calls block the calling thread and may come from any thread. Keys order as unsigned bytes, shorter first.
/// `write` is atomic: after a crash either every operation of the batch is there or none is.
public protocol KeyValueStore: Sendable {
    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]?

    /// The values of several keys as of one moment, in the order of `keys`.
    func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?]

    func write(_ batch: WriteBatch, durability: Durability) throws(StoreError)

    /// The first entries of `range` in the given order, as many as `limit` allows, and what is left of the range.
    func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page

    /// Gives the room back that deleted entries of `range` still take, if the engine keeps any.
    func compact(_ range: KeyRange) throws(StoreError)

    /// Gives files and locks back; every later call throws `StoreError.closed`.
    func close()
}

extension KeyValueStore {
    public func compact(_ range: KeyRange) throws(StoreError) {}
}

/// What a write has survived once it is acknowledged.
public enum Durability: Hashable, Sendable {
    /// Handed to the kernel: survives `kill -9`, not a power cut.
    case written
    /// On the disk: survives a power cut.
    case synced
}

/// Operations applied together or not at all; of two operations on one key the later counts.
public struct WriteBatch: Hashable, Sendable {
    public enum Operation: Hashable, Sendable {
        case put(key: [UInt8], value: [UInt8])
        case delete(key: [UInt8])
    }

    public private(set) var operations: [Operation] = []
    /// Bytes of all keys and values.
    public private(set) var bytes = 0

    public init() {}

    public var isEmpty: Bool { operations.isEmpty }

    public mutating func put(_ key: [UInt8], _ value: [UInt8]) {
        operations.append(.put(key: key, value: value))
        bytes += key.count + value.count
    }

    public mutating func delete(_ key: [UInt8]) {
        operations.append(.delete(key: key))
        bytes += key.count
    }

    /// Forgets every operation after the first `count`.
    mutating func truncate(to count: Int) {
        while operations.count > count {
            switch operations.removeLast() {
            case .put(let key, let value): bytes -= key.count + value.count
            case .delete(let key): bytes -= key.count
            }
        }
    }
}
