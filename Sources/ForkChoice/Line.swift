internal import ConsensusTypes

/// A run of blocks in the tree, each on the one before it, with the votes above each.
///
/// A vote that moves changes the sums of whole stretches of such a run by one amount. That is noted with the stretch, so
/// a run of thousands of blocks costs a few dozen steps.
struct Line: Sendable {
    /// A block, as part of the line.
    struct Entry: Sendable {
        /// Votes for the block and all above it, but for what was added to its stretch.
        fileprivate(set) var sum: Gwei = 0
        /// By how much the line goes on to this block from the one before it, but for what was added to its stretch.
        ///
        /// While it is not negative, the best chain through the block before leads here. It grows and shrinks with
        /// the block's sum; whatever else decides between ways on is in it when it is set.
        fileprivate(set) var lead: Int64 = Line.unsettled
        let block: Int32
    }

    private struct Stretch: Sendable {
        var entries: [Entry] = []
        /// What all of its blocks have been given or lost since, wrapping.
        var added: Gwei = 0
        /// The least lead, but for what was added.
        var leastLead = Line.unrivalled

        /// Gives all of its blocks an amount at once.
        ///
        /// What is taken may come by another way than it was given, so that the note is the history of both, not their
        /// difference. It goes into the entries before it is large enough for a lead to wrap.
        mutating func give(_ amount: Gwei) {
            added &+= amount
            guard Int64(bitPattern: added).magnitude > 1 << 60 else { return }
            for i in entries.indices {
                entries[i].sum &+= added
                entries[i].lead &+= Int64(bitPattern: added)
            }
            added = 0
            findLeastLead()
        }

        mutating func findLeastLead() {
            var least = Line.unrivalled
            for entry in entries { least = min(least, entry.lead) }
            leastLead = least
        }
    }

    private static let shift = 6
    private static let mask = (1 << shift) - 1

    /// A lead that no votes can bring below zero: nothing else can win, or the block is the line's first.
    ///
    /// All active balances together stay far below: 2^57 Gwei would be all the ether there is.
    static let unrivalled = Int64.max / 2
    /// A lead that no votes can bring up to zero: whoever comes by must look for himself.
    static let unsettled = Int64.min / 2

    /// Position of the block that the first one stands on; -1 for the tree's base.
    let base: Int32
    private(set) var count = 0
    private var stretches: [Stretch] = []

    /// While votes are brought down: what goes on down the line, and from which index; -1 where nothing does.
    var carried: Gwei = 0
    var carriedFrom: Int32 = -1

    init(base: Int) { self.base = Int32(base) }

    /// Position of a block of the line.
    func block(_ index: Int) -> Int { Int(stretches[index >> Self.shift].entries[index & Self.mask].block) }

    /// Votes for a block of the line and all above it.
    func sum(_ index: Int) -> Gwei {
        stretches[index >> Self.shift].entries[index & Self.mask].sum &+ stretches[index >> Self.shift].added
    }

    mutating func append(_ block: Int) { append(Entry(block: Int32(block))) }

    private mutating func append(_ entry: Entry) {
        if count & Self.mask == 0 { stretches.append(Stretch()) }
        let last = stretches.count - 1
        var entry = entry
        entry.sum &-= stretches[last].added
        entry.lead = count == 0 ? Self.unrivalled : entry.lead &- Int64(bitPattern: stretches[last].added)
        stretches[last].leastLead = min(stretches[last].leastLead, entry.lead)
        stretches[last].entries.append(entry)
        count += 1
    }

    /// Sets by how much the line goes on to a block.
    mutating func setLead(_ index: Int, _ lead: Int64) {
        let (at, within) = (index >> Self.shift, index & Self.mask)
        let before = stretches[at].entries[within].lead
        let lead = lead &- Int64(bitPattern: stretches[at].added)
        if lead == before { return }
        stretches[at].entries[within].lead = lead
        if lead <= stretches[at].leastLead {
            stretches[at].leastLead = lead
        } else if before == stretches[at].leastLead {
            stretches[at].findLeastLead()
        }
    }

    /// Gives an amount to all blocks of a range, wrapping; answers how many steps it took.
    mutating func add(_ amount: Gwei, _ range: ClosedRange<Int>) -> Int {
        var steps = 0
        var from = range.lowerBound
        while from <= range.upperBound {
            let at = from >> Self.shift
            let end = min(range.upperBound, from | Self.mask, count - 1)
            if from & Self.mask == 0, end == min(from | Self.mask, count - 1) {
                stretches[at].give(amount)
                steps += 1
            } else {
                for within in (from & Self.mask)...(end & Self.mask) {
                    stretches[at].entries[within].sum &+= amount
                    stretches[at].entries[within].lead &+= Int64(bitPattern: amount)
                    steps += 1
                }
                stretches[at].findLeastLead()
            }
            from = (at + 1) << Self.shift
        }
        return steps
    }

    /// The last index up to which the line is followed from `index` on without a look at what else there is.
    func end(from index: Int) -> (index: Int, steps: Int) {
        var from = index + 1
        var steps = 0
        while from < count {
            let stretch = stretches[from >> Self.shift]
            let added = Int64(bitPattern: stretch.added)
            steps += 1
            if stretch.leastLead &+ added < 0 {
                for within in (from & Self.mask)..<stretch.entries.count {
                    steps += 1
                    if stretch.entries[within].lead &+ added < 0 { return ((from & ~Self.mask) + within - 1, steps) }
                }
            }
            from = (from | Self.mask) + 1
        }
        return (count - 1, steps)
    }

    /// Cuts off what begins at `index` and puts other blocks in its place; answers what was cut off.
    mutating func replaceTail(from index: Int, by entries: [Entry]) -> [Entry] {
        var cut: [Entry] = []
        cut.reserveCapacity(count - index)
        for i in index..<count {
            let stretch = stretches[i >> Self.shift]
            var entry = stretch.entries[i & Self.mask]
            entry.sum &+= stretch.added
            entry.lead &+= Int64(bitPattern: stretch.added)
            cut.append(entry)
        }
        stretches.removeLast(stretches.count - (index + Self.mask) >> Self.shift)
        if index & Self.mask > 0 {
            let last = stretches.count - 1
            stretches[last].entries.removeLast(stretches[last].entries.count - index & Self.mask)
            stretches[last].findLeastLead()
        }
        count = index
        for (i, entry) in entries.enumerated() {
            var entry = entry
            if i == 0 { entry.lead = Self.unsettled }
            append(entry)
        }
        return cut
    }

    /// Takes all sums anew, by position; leads have to be set again.
    mutating func rewrite(_ sums: [Gwei]) {
        for at in stretches.indices {
            stretches[at].added = 0
            for within in stretches[at].entries.indices {
                stretches[at].entries[within].sum = sums[Int(stretches[at].entries[within].block)]
                stretches[at].entries[within].lead = at + within == 0 ? Self.unrivalled : Self.unsettled
            }
            stretches[at].findLeastLead()
        }
    }

    var bytes: Int {
        stretches.reduce(stretches.capacity * MemoryLayout<Stretch>.stride + 64) {
            $0 + $1.entries.capacity * MemoryLayout<Entry>.stride + 32
        }
    }
}
