internal import Hashing
internal import Synchronization

/// Where the bytes of a signed block or payload envelope lie: the number of its put, and the block's root.
///
/// Numbers only rise, so what an engine writes later never lies between what it has written before, and it has nothing
/// to merge. The root tells that it is the right message, also where a number was given twice after a power cut.
struct MessageKey: Hashable, Sendable {
    var place: UInt64
    var root: Bytes32
}

/// The place of the next signed message; only the writer thread takes one.
final class Places: Sendable {
    private let next: Atomic<UInt64>

    /// Goes on behind the last message that an engine holds.
    init(in engine: any KeyValueStore) throws(StoreError) { next = Atomic(try Places.next(in: engine)) }

    /// A place that no message has.
    func take() -> UInt64 { next.wrappingAdd(1, ordering: .relaxed).oldValue }

    static func next(in engine: any KeyValueStore) throws(StoreError) -> UInt64 {
        let table = Tables.blockMessages
        let last = try engine.page(table.range, limit: PageLimit(entries: 1), order: .descending).entries.first?.key
        guard let last else { return 0 }
        let place = try table.decodeKey(last).place
        // No store gets there by counting.
        guard place < UInt64.max / 2 else {
            throw .malformed(
                table: .messages,
                key: Hex.encode(last),
                expected: "a place below \(UInt64.max / 2)",
                got: "\(place)"
            )
        }
        return place + 1
    }
}

extension WriteTransaction {
    /// Deletes a message that the index no longer names.
    mutating func deleteMessage(_ place: UInt64, _ root: Bytes32) throws(StoreError) {
        try delete(Tables.blockMessages, MessageKey(place: place, root: root))
    }
}

extension TableReader {
    /// Whether a block is named and its bytes are there; a power cut may leave one that was only `.written` without.
    func holdsBlock(_ root: Bytes32) throws(StoreError) -> Bool {
        guard let place = try get(Tables.blocks, root) else { return false }
        return try contains(Tables.blockMessages, MessageKey(place: place, root: root))
    }
}
