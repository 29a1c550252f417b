internal import ConsensusTypes

/// What one head computation leaves for the next: the best chain, and what has to be looked at again.
///
/// The best chain is kept without the proposer's boost, which comes and goes with every slot and moves a block or two.
struct Branches: Sendable {
    /// Whether everything has to be weighed anew.
    var isStale = true
    /// Where the best chain begins.
    var justified: Checkpoint?
    /// The clock at the last computation.
    var slot: Slot = 0
    var epoch: Epoch = 0
    /// The best chain from the justified block on, by positions, which ascend.
    var path: [Int32] = []
    /// Blocks whose votes, children or rules have changed.
    var dirty = PositionHeap()
    /// The boosted block and what it gets, of the last computation.
    var boost: (position: Int, amount: Gwei)?
    /// Blocks of this and the previous slot.
    private var bySlot: [Slot: [Int32]] = [:]
    /// Blocks that may become viable or cease to be when an epoch begins.
    private var due: [Epoch: [Int32]] = [:]

    func ofSlot(_ slot: Slot) -> [Int] { bySlot[slot]?.map { Int($0) } ?? [] }

    mutating func note(_ position: Int, slot: Slot) { bySlot[slot, default: []].append(Int32(position)) }

    mutating func note(_ position: Int, due epoch: Epoch) { due[epoch, default: []].append(Int32(position)) }

    mutating func forget(before slot: Slot) {
        if bySlot.contains(where: { $0.key < slot }) { bySlot = bySlot.filter { $0.key >= slot } }
    }

    /// Takes out the blocks that are due by the beginning of `epoch`.
    mutating func takeDue(by epoch: Epoch) -> [Int32] {
        var taken: [Int32] = []
        for key in due.keys.filter({ $0 <= epoch }) { taken += due.removeValue(forKey: key) ?? [] }
        return taken
    }

    var dueCount: Int { due.values.reduce(0) { $0 + $1.count } }
}

/// Positions, the last of them first; the caller sees to it that none is in twice.
struct PositionHeap: Sendable {
    private var heap: [Int32] = []

    var isEmpty: Bool { heap.isEmpty }

    mutating func removeAll() { heap.removeAll(keepingCapacity: true) }

    mutating func insert(_ position: Int32) {
        heap.append(position)
        var child = heap.count - 1
        while child > 0, heap[child] > heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popLast() -> Int? {
        guard let top = heap.first else { return nil }
        let last = heap.removeLast()
        if heap.isEmpty { return Int(top) }
        heap[0] = last
        var parent = 0
        while true {
            var most = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] > heap[most] {
                most = child
            }
            if most == parent { return Int(top) }
            heap.swapAt(parent, most)
            parent = most
        }
    }
}
