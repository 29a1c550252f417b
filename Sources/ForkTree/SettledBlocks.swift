internal import Hashing

/// Included blocks, in as few bytes as they can be told by: a root, a slot and how they hang together.
///
/// Without finality they pile up by the hundred thousand, so a block is a record of 56 bytes in an array of pieces (which
/// grows without being copied) and a number in a table of places, not an entry of a dictionary with sets of its own.
/// Children are a list through the records; the parent's root is that of its record, and kept apart only where the
/// parent is not here: for the tree's root, and while a line is taken out.
struct SettledBlocks {
    private struct Record {
        var root: Bytes32
        var slot: UInt64
        /// Places; -1 for none.
        var parent: Int32
        var firstChild: Int32 = -1
        var nextSibling: Int32 = -1
        var isFree = false
    }

    private static let pieceShift = 10
    private static let pieceMask = (1 << pieceShift) - 1

    private var pieces: [[Record]] = []
    /// Places handed out so far, free ones included.
    private var places: Int32 = 0
    private var free: [Int32] = []
    /// Open addressing, linear probing: one more than a place, 0 for nothing.
    ///
    /// A power of two, at most three quarters full.
    private var table = [Int32](repeating: 0, count: 64)
    /// Parents that are not here, by the place of the child.
    private var strays: [Int32: Bytes32] = [:]
    private(set) var count = 0

    /// Bytes of all of it.
    var bytes: Int {
        pieces.count * ((1 << Self.pieceShift) * MemoryLayout<Record>.stride + 40)
            + (table.capacity + free.capacity) * MemoryLayout<Int32>.stride + strays.capacity * 64
    }

    /// All roots, in no order.
    var roots: [Bytes32] {
        var roots: [Bytes32] = []
        roots.reserveCapacity(count)
        for piece in pieces { for record in piece where !record.isFree { roots.append(record.root) } }
        return roots
    }

    func contains(_ root: Bytes32) -> Bool { place(of: root) != nil }

    func slot(of root: Bytes32) -> UInt64? { place(of: root).map { self[$0].slot } }

    func parent(of root: Bytes32) -> Bytes32? {
        place(of: root).map { parent(at: $0) }
    }

    func children(of root: Bytes32) -> [Bytes32] {
        guard let place = place(of: root) else { return [] }
        var children: [Bytes32] = []
        var next = self[place].firstChild
        while next >= 0 {
            children.append(self[next].root)
            next = self[next].nextSibling
        }
        return children
    }

    /// Takes in a block that is not here, below its parent where that is.
    mutating func insert(_ root: Bytes32, slot: UInt64, parent: Bytes32) {
        if count + 1 > table.count / 4 * 3 { grow() }
        let above = place(of: parent)
        var record = Record(root: root, slot: slot, parent: above ?? -1)
        if let above { record.nextSibling = self[above].firstChild }
        let place: Int32
        if let reused = free.popLast() {
            place = reused
            self[place] = record
        } else {
            place = places
            places += 1
            if Int(place) & Self.pieceMask == 0 {
                pieces.append([])
                pieces[pieces.count - 1].reserveCapacity(1 << Self.pieceShift)
            }
            pieces[pieces.count - 1].append(record)
        }
        if let above { self[above].firstChild = place } else { strays[place] = parent }
        count += 1
        enter(place)
    }

    /// Takes a block off its parent, whose root it goes on to name.
    mutating func unlink(_ root: Bytes32) {
        guard let place = place(of: root) else { return }
        let parent = self[place].parent
        guard parent >= 0 else { return }
        strays[place] = self[parent].root
        let next = self[place].nextSibling
        if self[parent].firstChild == place {
            self[parent].firstChild = next
        } else {
            var at = self[parent].firstChild
            while at >= 0, self[at].nextSibling != place { at = self[at].nextSibling }
            if at >= 0 { self[at].nextSibling = next }
        }
        self[place].parent = -1
        self[place].nextSibling = -1
    }

    /// Takes a block out; its children go on to name it.
    mutating func remove(_ root: Bytes32) {
        guard let place = place(of: root) else { return }
        unlink(root)
        var child = self[place].firstChild
        while child >= 0 {
            let next = self[child].nextSibling
            strays[child] = root
            self[child].parent = -1
            self[child].nextSibling = -1
            child = next
        }
        strays[place] = nil
        leave(place)
        self[place].isFree = true
        free.append(place)
        count -= 1
    }

    /// Gives memory back after many have gone.
    mutating func compact() {
        guard Int(places) > 4 << Self.pieceShift, count < Int(places) / 4 else { return }
        let old = self
        self = SettledBlocks()
        for root in old.roots {
            insert(root, slot: old.slot(of: root) ?? 0, parent: old.parent(of: root) ?? .zero)
        }
        // Those that came before their parents.
        for (place, parent) in strays {
            guard let above = self.place(of: parent) else { continue }
            self[place].parent = above
            self[place].nextSibling = self[above].firstChild
            self[above].firstChild = place
            strays[place] = nil
        }
    }

    // MARK: Places

    /// All that were handed out, free ones among them.
    var allPlaces: Range<Int32> { 0..<places }

    func isFree(_ place: Int32) -> Bool { self[place].isFree }

    func key(at place: Int32) -> (slot: UInt64, root: Bytes32) {
        let record = self[place]
        return (record.slot, record.root)
    }

    func parent(at place: Int32) -> Bytes32 {
        let parent = self[place].parent
        return parent < 0 ? strays[place] ?? .zero : self[parent].root
    }

    private subscript(place: Int32) -> Record {
        get { pieces[Int(place) >> Self.pieceShift][Int(place) & Self.pieceMask] }
        _modify { yield &pieces[Int(place) >> Self.pieceShift][Int(place) & Self.pieceMask] }
    }

    /// Where the search for a root begins; seeded by the process, so that nobody outside can make all roots meet.
    private func start(of root: Bytes32) -> Int {
        var hasher = Hasher()
        hasher.combine(root)
        return hasher.finalize() & (table.count - 1)
    }

    private func place(of root: Bytes32) -> Int32? {
        var at = start(of: root)
        while table[at] > 0 {
            let place = table[at] - 1
            if self[place].root == root { return place }
            at = (at + 1) & (table.count - 1)
        }
        return nil
    }

    private mutating func enter(_ place: Int32) {
        var at = start(of: self[place].root)
        while table[at] > 0 { at = (at + 1) & (table.count - 1) }
        table[at] = place + 1
    }

    /// Takes a place out of the table and moves up those behind it that may stand nearer to where their search begins.
    private mutating func leave(_ place: Int32) {
        let mask = table.count - 1
        var gap = start(of: self[place].root)
        while table[gap] != place + 1 {
            guard table[gap] > 0 else { return }
            gap = (gap + 1) & mask
        }
        table[gap] = 0
        var at = (gap + 1) & mask
        while table[at] > 0 {
            let wanted = start(of: self[table[at] - 1].root)
            if (at - wanted) & mask >= (at - gap) & mask {
                table[gap] = table[at]
                table[at] = 0
                gap = at
            }
            at = (at + 1) & mask
        }
    }

    private mutating func grow() {
        table = [Int32](repeating: 0, count: table.count * 2)
        for piece in pieces.indices {
            for at in pieces[piece].indices where !pieces[piece][at].isFree {
                enter(Int32(piece << Self.pieceShift | at))
            }
        }
    }
}
