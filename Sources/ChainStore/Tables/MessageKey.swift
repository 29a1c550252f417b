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

    /// A place that no message has; the index may still name it, where the messages of a power cut's last moments are
    /// lost.
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
    /// A key for a message of this block that neither the block nor its envelope is named at.
    ///
    /// After a power cut numbers are given again that a lost message had: what names that one must not find another.
    func freshKey(_ places: Places, _ root: Bytes32) throws(StoreError) -> MessageKey {
        var key = MessageKey(place: places.take(), root: root)
        while try isNamed(key) { key.place = places.take() }
        return key
    }

    /// Deletes a message that the index no longer names, or no longer will.
    ///
    /// Also where it is lost already: its name is then given up for good, see `PairedEngine`.
    mutating func deleteMessage(_ place: UInt64, _ root: Bytes32) throws(StoreError) {
        try delete(Tables.blockMessages, MessageKey(place: place, root: root))
    }
}

extension TableReader {
    /// Whether a message is some block's or some envelope's.
    func isNamed(_ key: MessageKey) throws(StoreError) -> Bool {
        let number = ValueCodec<UInt64>.number
        for table in [Tables.blocks, Tables.envelopes] {
            // An entry that cannot be read names nothing; it is reported by itself.
            guard let stored = try stored(table.encode(key.root)) else { continue }
            if (try? number.decode(stored)) == key.place { return true }
        }
        return false
    }
}

extension EngineView {
    /// The messages that an index names, in the order of `roots`: those that are stored at one moment.
    ///
    /// Names are read before messages, and a message goes after its name has changed. So where one is missing, its name
    /// is another by now, or it is lost for good.
    func messages(
        _ messages: Table<MessageKey, [UInt8]>,
        namedIn index: Table<Bytes32, UInt64>,
        _ roots: [Bytes32]
    ) throws(StoreError) -> [[UInt8]?] {
        var places = try values(index, roots)
        while true {
            var known: [(number: Int, key: MessageKey)] = []
            for (number, place) in places.enumerated() {
                if let place { known.append((number, MessageKey(place: place, root: roots[number]))) }
            }
            var found = [[UInt8]?](repeating: nil, count: roots.count)
            for (entry, message) in zip(known, try values(messages, known.map(\.key))) {
                found[entry.number] = message
            }
            guard known.contains(where: { found[$0.number] == nil }) else { return found }
            let now = try values(index, roots)
            if now == places { return found }
            places = now
        }
    }
}
