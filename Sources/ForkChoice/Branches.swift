internal import ConsensusTypes

/// What has to be looked at again by the next head computation.
struct Branches: Sendable {
    /// Whether everything has to be weighed anew.
    var isStale = true
    /// What was justified at the last computation.
    var justified: Checkpoint?
    /// The clock at the last computation.
    var epoch: Epoch = 0
    /// Blocks whose children or rules have changed; one may be in more than once.
    var dirty = GreatestFirst<Int32>()
    /// The boosted block and what it gets, of the last computation.
    var boost: (position: Int, amount: Gwei)?
    /// Blocks of this and the previous slot.
    private var bySlot: [Slot: [Int32]] = [:]
    /// Blocks that may become viable or cease to be when an epoch begins.
    private var due: [Epoch: [Int32]] = [:]

    func ofSlot(_ slot: Slot) -> [Int] { bySlot[slot]?.map { Int($0) } ?? [] }

    mutating func note(_ position: Int, slot: Slot) { bySlot[slot, default: []].append(Int32(position)) }

    mutating func note(_ position: Int, due epoch: Epoch) { due[epoch, default: []].append(Int32(position)) }

    /// Takes out the blocks of slots before `slot`.
    mutating func takeSlots(before slot: Slot) -> [Int32] {
        var taken: [Int32] = []
        for key in bySlot.keys.filter({ $0 < slot }) { taken += bySlot.removeValue(forKey: key) ?? [] }
        return taken
    }

    /// Takes out the blocks that are due by the beginning of `epoch`.
    mutating func takeDue(by epoch: Epoch) -> [Int32] {
        var taken: [Int32] = []
        for key in due.keys.filter({ $0 <= epoch }) { taken += due.removeValue(forKey: key) ?? [] }
        return taken
    }

    var dueCount: Int { due.values.reduce(0) { $0 + $1.count } }
}
