internal import ConsensusTypes
internal import Hashing

/// Positions by root, in many small tables: copies share every table that neither has changed.
///
/// The roots themselves are not in it but where the positions lead, so that an entry takes four bytes and some room.
struct RootIndex: Sendable {
    private static let shift = 9

    /// Each is empty or holds positions, -1 where there is none, and behind them how many there are.
    private var tables = SharedArray<[Int32]>(repeating: [], count: 1 << shift)
    private(set) var count = 0

    /// Seeded by the process, so that nobody outside can make all roots meet in one place.
    private static func hash(_ root: Root) -> Int {
        var hasher = Hasher()
        hasher.combine(root)
        return hasher.finalize()
    }

    private static func place(_ hash: Int, slots: Int) -> Int { (hash >> shift) & (slots - 1) }

    /// - Parameters:
    ///   - blocks: where the positions lead.
    func position(of root: Root, in blocks: SharedArray<BlockFacts>) -> Int? {
        let hash = Self.hash(root)
        let table = tables[hash & ((1 << Self.shift) - 1)]
        let slots = table.count - 1
        guard slots > 0 else { return nil }
        var at = Self.place(hash, slots: slots)
        while table[at] >= 0 {
            if blocks[Int(table[at])].root == root { return Int(table[at]) }
            at = (at + 1) & (slots - 1)
        }
        return nil
    }

    /// Takes in the position of a block that is not in it and stands in `blocks`.
    mutating func insert(_ position: Int, in blocks: SharedArray<BlockFacts>) {
        let hash = Self.hash(blocks[position].root)
        let number = hash & ((1 << Self.shift) - 1)
        let table = tables[number]
        let slots = max(0, table.count - 1)
        // A quarter stays empty, so that a search ends soon.
        if slots == 0 || Int(table[slots]) * 4 >= slots * 3 {
            var wider = [Int32](repeating: -1, count: max(4, slots * 2))
            for entry in table.prefix(slots) where entry >= 0 {
                Self.put(entry, Self.hash(blocks[Int(entry)].root), in: &wider, slots: wider.count)
            }
            Self.put(Int32(position), hash, in: &wider, slots: wider.count)
            wider.append((slots == 0 ? 0 : table[slots]) + 1)
            tables[number] = wider
        } else {
            Self.put(Int32(position), hash, in: &tables[number], slots: slots)
            tables[number][slots] += 1
        }
        count += 1
    }

    private static func put(_ position: Int32, _ hash: Int, in table: inout [Int32], slots: Int) {
        var at = place(hash, slots: slots)
        while table[at] >= 0 { at = (at + 1) & (slots - 1) }
        table[at] = position
    }

    var bytes: Int { tables.reduce(tables.bytes) { $0 + $1.capacity * 4 + 32 } }
}
