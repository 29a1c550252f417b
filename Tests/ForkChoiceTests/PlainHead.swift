import ConsensusTypes
import ForkChoice
import Hashing

/// A tree of blocks before gloas, its votes and its head by three walks over everything, kept apart from the store.
struct PlainHead {
    struct Block {
        let root: Root
        let parent: Int
        let slot: Slot
        let justified: Epoch
        let unrealized: Epoch
    }

    static let slotsPerEpoch: UInt64 = 8
    var blocks: [Block]
    /// By validator: the block voted for, and the epoch of the vote.
    var votes: [(block: Int, epoch: Epoch)?]
    let balances: [Gwei]
    let justified: Epoch
    var currentSlot: Slot = 0
    var boosted: Int?

    /// Spec: `update_latest_messages`.
    mutating func vote(_ validator: Int, _ block: Int, epoch: Epoch) {
        if let last = votes[validator], last.epoch >= epoch { return }
        votes[validator] = (block, epoch)
    }

    func ancestor(_ block: Int, at slot: Slot) -> Int {
        var at = block
        while blocks[at].slot > slot, blocks[at].parent >= 0 { at = blocks[at].parent }
        return at
    }

    /// Spec: `get_head`, from the first block.
    func head() -> (root: Root, weights: [Gwei]) {
        var weights = [Gwei](repeating: 0, count: blocks.count)
        for (validator, vote) in votes.enumerated() {
            if let vote { weights[vote.block] += balances[validator] }
        }
        if let boosted { weights[boosted] += balances.reduce(0, +) / Self.slotsPerEpoch * 40 / 100 }
        let epoch = currentSlot / Self.slotsPerEpoch
        var hasChild = [Bool](repeating: false, count: blocks.count)
        var isViable = [Bool](repeating: false, count: blocks.count)
        var best = [Int](repeating: -1, count: blocks.count)
        for i in blocks.indices.reversed() {
            let block = blocks[i]
            if !hasChild[i] {
                let source = block.slot / Self.slotsPerEpoch < epoch ? block.unrealized : block.justified
                isViable[i] = justified == 0 || source == justified || source + 2 >= epoch
            }
            guard block.parent >= 0 else { continue }
            weights[block.parent] += weights[i]
            hasChild[block.parent] = true
            guard isViable[i] else { continue }
            isViable[block.parent] = true
            let rival = best[block.parent]
            if rival < 0 || (weights[rival], blocks[rival].root) < (weights[i], block.root) { best[block.parent] = i }
        }
        var head = 0
        while best[head] >= 0 { head = best[head] }
        return (blocks[head].root, weights)
    }
}
