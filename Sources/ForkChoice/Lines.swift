internal import ConsensusTypes

/// The tree cut into lines, and the votes above each of its blocks.
///
/// A vote that changes sides weighs on all blocks from the one left to where the branches part, and on as many on the
/// other way. Block by block that is thousands of steps where branches are long; by lines it is a few for each line on
/// the way. A branch that outgrows what it left becomes the line's end itself, so that ways cross few lines.
///
/// What moves is gathered and brought down the tree together: votes that come from above and votes that leave cancel
/// out, and what is left of them after that goes no further down.
struct Lines: Sendable {
    /// Where a block stands.
    private struct Place: Sendable {
        var line: Int32
        var index: Int32
        /// The child that came last, and the one of the same parent that came before this one; -1 for none.
        var lastChild: Int32 = -1
        var previousSibling: Int32 = -1
    }

    /// Votes that came to a block and above it, or left, wrapping.
    private struct Change: Comparable, Sendable {
        let position: Int32
        var amount: Gwei

        static func < (a: Change, b: Change) -> Bool { a.position < b.position }
    }

    private var places = SharedArray<Place>()
    private var lines: [Line] = []
    private var changes: [Change] = []
    /// Steps of any kind since the beginning: what head computations have cost.
    private(set) var steps = 0

    /// Changes are gathered up to so many, lest a store that is never asked for its head fills up with them.
    private static let gatheredChanges = 4_096

    init() {}

    // MARK: Shape

    var isEmpty: Bool { places.isEmpty }

    /// How many lines there are.
    var count: Int { lines.count }

    /// Takes in the block that comes next by position; `parent` is `nil` for the first.
    ///
    /// Answers the blocks from which their line goes on to another now: its lead is to be set.
    @discardableResult
    mutating func append(parent: Int?) -> [Int] {
        let position = places.count
        guard let parent else {
            begin(position, on: -1)
            return []
        }
        let place = places[parent]
        let line = Int(place.line)
        if Int(place.index) == lines[line].count - 1 {
            places.append(Place(line: place.line, index: place.index + 1, previousSibling: place.lastChild))
            lines[line].append(position)
        } else {
            begin(position, on: parent, previousSibling: place.lastChild)
        }
        places[parent].lastChild = Int32(position)
        return straighten(position)
    }

    private mutating func begin(_ position: Int, on base: Int, previousSibling: Int32 = -1) {
        places.append(Place(line: Int32(lines.count), index: 0, previousSibling: previousSibling))
        lines.append(Line(base: base))
        lines[lines.count - 1].append(position)
    }

    /// Where a branch that left a line is twice as long as what the line went on to, the two change places.
    ///
    /// Before the next such change what was left must grow as much again, so a block is moved a few times in all.
    private mutating func straighten(_ position: Int) -> [Int] {
        var changed: [Int] = []
        var at = Int(places[position].line)
        // From the foot of the line to the block, which may stand on another by then.
        var length = Int(places[position].index) + 1
        while lines[at].base >= 0 {
            let base = places[Int(lines[at].base)]
            let (under, from) = (Int(base.line), Int(base.index) + 1)
            steps += 1
            if length > 2 * (lines[under].count - from) {
                changed.append(Int(lines[at].base))
                exchange(at, under, from)
            }
            length += from
            at = under
        }
        return changed
    }

    /// Puts the blocks of one line in the place of those that another goes on to.
    private mutating func exchange(_ line: Int, _ under: Int, _ from: Int) {
        let longer = lines[line].replaceTail(from: 0, by: [])
        let shorter = lines[under].replaceTail(from: from, by: longer)
        _ = lines[line].replaceTail(from: 0, by: shorter)
        for (i, entry) in longer.enumerated() { settle(entry.block, under, from + i) }
        for (i, entry) in shorter.enumerated() { settle(entry.block, line, i) }
        steps += longer.count + shorter.count
    }

    private mutating func settle(_ block: Int32, _ line: Int, _ index: Int) {
        places[Int(block)].line = Int32(line)
        places[Int(block)].index = Int32(index)
    }

    /// The children of a block, the last to come first.
    func children(of position: Int) -> some Sequence<Int> {
        sequence(state: places[position].lastChild) { next -> Int? in
            guard next >= 0 else { return nil }
            defer { next = places[Int(next)].previousSibling }
            return Int(next)
        }
    }

    func hasSeveralChildren(_ position: Int) -> Bool {
        let last = places[position].lastChild
        return last >= 0 && places[Int(last)].previousSibling >= 0
    }

    /// The block that follows in the same line.
    func next(after position: Int) -> Int? {
        let place = places[position]
        let line = Int(place.line)
        return Int(place.index) + 1 < lines[line].count ? lines[line].block(Int(place.index) + 1) : nil
    }

    /// The child of a block on the way from it to another; `nil` where that does not lie above it.
    func step(from position: Int, toward block: Int) -> Int? {
        let from = places[position]
        var at = block
        while true {
            let place = places[at]
            let line = Int(place.line)
            if place.line == from.line {
                return place.index > from.index ? lines[line].block(Int(from.index) + 1) : nil
            }
            let base = Int(lines[line].base)
            if base < position { return nil }
            if base == position { return lines[line].block(0) }
            at = base
        }
    }

    // MARK: Sums

    /// Votes for a block and all above it.
    func sum(_ position: Int) -> Gwei {
        let place = places[position]
        return lines[Int(place.line)].sum(Int(place.index))
    }

    /// Notes votes that came to a block or left it, wrapping; `bringDown` makes them count.
    ///
    /// Answers whether it is time for that.
    mutating func change(_ position: Int, by amount: Gwei) -> Bool {
        if let last = changes.last, last.position == position {
            changes[changes.count - 1].amount &+= amount
        } else {
            changes.append(Change(position: Int32(position), amount: amount))
        }
        return changes.count >= Self.gatheredChanges
    }

    /// Brings all changes down the tree; answers the blocks where votes came or left, or whose branches weigh otherwise.
    mutating func bringDown() -> [Int] {
        if changes.isEmpty { return [] }
        var heap = GreatestFirst<Change>(changes)
        changes.removeAll(keepingCapacity: true)
        var touched: [Int] = []
        while var change = heap.popGreatest() {
            while let same = heap.greatest, same.position == change.position {
                change.amount &+= same.amount
                _ = heap.popGreatest()
            }
            steps += 1
            let position = Int(change.position)
            touched.append(position)
            let place = places[position]
            let line = Int(place.line)
            let index = Int(place.index)
            if lines[line].carriedFrom >= 0 {
                if change.amount != 0 { carry(line, downTo: index + 1) }
            } else if index > 0 {
                // All that comes to the line has passed when its first block is next.
                heap.insert(Change(position: Int32(lines[line].block(0)), amount: 0))
            }
            if change.amount != 0 || lines[line].carriedFrom < 0 {
                lines[line].carried &+= change.amount
                lines[line].carriedFrom = place.index
            }
            guard index == 0 else { continue }
            carry(line, downTo: 0)
            let left = lines[line].carried
            lines[line].carried = 0
            lines[line].carriedFrom = -1
            if left != 0, lines[line].base >= 0 { heap.insert(Change(position: lines[line].base, amount: left)) }
        }
        return touched
    }

    private mutating func carry(_ line: Int, downTo index: Int) {
        let from = Int(lines[line].carriedFrom)
        guard lines[line].carried != 0, from >= index else { return }
        steps += lines[line].add(lines[line].carried, index...from)
    }

    /// Adds votes to a block and all below it at once; answers the blocks whose branches weigh otherwise.
    mutating func add(_ amount: Gwei, to position: Int) -> [Int] {
        var touched: [Int] = []
        var at = position
        while true {
            let place = places[at]
            let line = Int(place.line)
            steps += lines[line].add(amount, 0...Int(place.index))
            guard lines[line].base >= 0 else { return touched }
            at = Int(lines[line].base)
            touched.append(at)
        }
    }

    /// Takes all sums anew, by position; leads have to be set again.
    mutating func rewrite(_ sums: [Gwei]) {
        changes.removeAll()
        steps += sums.count
        for line in lines.indices { lines[line].rewrite(sums) }
    }

    // MARK: The way up

    /// Sets by how much the line of a block goes on from it to the next.
    mutating func setLead(after position: Int, _ lead: Int64) {
        let place = places[position]
        steps += 1
        lines[Int(place.line)].setLead(Int(place.index) + 1, lead)
    }

    /// The last block up to which the best chain from a block follows the line without a look at what else there is.
    mutating func follow(from position: Int) -> Int {
        let place = places[position]
        let line = Int(place.line)
        let (index, steps) = lines[line].end(from: Int(place.index))
        self.steps += steps
        return lines[line].block(index)
    }

    mutating func countStep() { steps += 1 }

    var bytes: Int {
        lines.reduce(places.bytes + lines.capacity * MemoryLayout<Line>.stride) { $0 + $1.bytes }
            + changes.capacity * MemoryLayout<Change>.stride
    }
}
