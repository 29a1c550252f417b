internal import ConsensusTypes
internal import Hashing

/// Positions by root, in many small tables: copies share every table that neither has changed.
struct RootIndex: Sendable {
    private static let shift = 9
    /// Which table a root is in; seeded by the process, so that nobody outside can make all roots meet in one.
    private static func table(of root: Root) -> Int {
        var hasher = Hasher()
        hasher.combine(root)
        return hasher.finalize() & ((1 << shift) - 1)
    }

    private var tables = [[Root: Int32]](repeating: [:], count: 1 << shift)
    private(set) var count = 0

    subscript(root: Root) -> Int? {
        get { tables[Self.table(of: root)][root].map { Int($0) } }
        set {
            let table = Self.table(of: root)
            let before = tables[table].count
            tables[table][root] = newValue.map { Int32($0) }
            count += tables[table].count - before
        }
    }

    /// Bytes of the tables, by what a dictionary takes for a root and a position.
    var bytes: Int {
        var bytes = tables.count * 8
        for table in tables { bytes += table.capacity * 54 + 32 }
        return bytes
    }
}
