import ConsensusTypes
import ForkChoice
import Hashing

/// The specification's tree with its votes, counted anew over all blocks and validators with every question.
///
/// For gloas as well as before; without boosts and without what the payload committee says.
struct PlainTree {
    struct Block {
        let root: Root
        var parent: Int
        let slot: Slot
        /// Whether it builds on its parent's payload.
        let isOnPayload: Bool
        /// Whether its payload comes apart.
        let isGloas: Bool
        var hasPayload: Bool
        var isPayloadRefused = false
        var isRefused = false
        let justified: Epoch
        let unrealized: Epoch
    }

    struct Vote {
        var block: Int
        var slot: Slot
        var isPresent: Bool
    }

    static let slotsPerEpoch: UInt64 = 8
    var blocks: [Block]
    var votes: [Vote?]
    var equivocating: Set<Int> = []
    var balances: [Gwei]
    var justified: Epoch = 0
    var base = 0
    /// Where the finalized epoch begins, whose block is the first.
    var finalizedSlot: Slot = 0
    var currentSlot: Slot = 0

    func ancestor(_ block: Int, at slot: Slot) -> Int {
        var at = block
        while blocks[at].slot > slot, blocks[at].parent >= 0 { at = blocks[at].parent }
        return at
    }

    func isAbove(_ block: Int, _ other: Int) -> Bool {
        var at = block
        while at > other { at = blocks[at].parent }
        return at == other
    }

    /// Whether the first block is the last of a block's chain up to the finalized slot.
    func isOnFinalized(_ block: Int) -> Bool { ancestor(block, at: finalizedSlot) == 0 }

    /// Spec: `update_latest_messages`.
    mutating func vote(_ validator: Int, _ vote: Vote, isGloas: Bool) {
        if equivocating.contains(validator) { return }
        if let last = votes[validator] {
            let isNewer =
                isGloas ? vote.slot > last.slot : vote.slot / Self.slotsPerEpoch > last.slot / Self.slotsPerEpoch
            if !isNewer { return }
        }
        votes[validator] = vote
    }

    /// What falls when an engine refuses the payload of a block.
    mutating func refuse(_ block: Int) -> Set<Root> {
        if blocks[block].isGloas {
            blocks[block].hasPayload = false
            blocks[block].isPayloadRefused = true
        } else {
            blocks[block].isRefused = true
        }
        var fallen: Set<Root> = blocks[block].isRefused ? [blocks[block].root] : []
        for i in blocks.indices where i > block && !blocks[i].isRefused {
            let parent = blocks[blocks[i].parent]
            guard parent.isRefused || blocks[i].isOnPayload && parent.isPayloadRefused else { continue }
            blocks[i].isRefused = true
            fallen.insert(blocks[i].root)
        }
        return fallen
    }

    /// Only what stands on `root` stays.
    mutating func prune(_ root: Root) {
        guard let base = blocks.firstIndex(where: { $0.root == root }), base > 0 else { return }
        var moved = [Int](repeating: -1, count: blocks.count)
        var kept: [Block] = []
        for i in blocks.indices {
            var block = blocks[i]
            block.parent = block.parent < 0 || i == base ? -1 : moved[block.parent]
            guard i == base || block.parent >= 0 else { continue }
            moved[i] = kept.count
            kept.append(block)
        }
        blocks = kept
        for i in votes.indices {
            guard let vote = votes[i], vote.block >= 0 else { continue }
            votes[i]?.block = moved[vote.block]
        }
    }

    /// Votes by block: for it without its payload, with it, and for it whatever became of that.
    private func weights() -> [[Gwei]] {
        var weights = [[Gwei]](repeating: [0, 0, 0], count: blocks.count)
        for (validator, vote) in votes.enumerated() {
            guard let vote, vote.block >= 0, !equivocating.contains(validator) else { continue }
            let block = blocks[vote.block]
            let way = block.isGloas && block.slot < vote.slot ? (vote.isPresent ? 1 : 0) : 2
            weights[vote.block][way] += balances[validator]
        }
        for i in blocks.indices.reversed() {
            if blocks[i].isRefused { weights[i] = [0, 0, 0] }
            weights[i][2] += weights[i][0] + weights[i][1]
            if blocks[i].parent >= 0 { weights[blocks[i].parent][blocks[i].isOnPayload ? 1 : 0] += weights[i][2] }
        }
        return weights
    }

    /// Spec: `get_head`, and `get_weight` of all blocks.
    func head() -> (root: Root, status: PayloadStatus, weights: [Gwei]) {
        let weights = weights()
        let epoch = currentSlot / Self.slotsPerEpoch
        var hasChild = [[Bool]](repeating: [false, false], count: blocks.count)
        var isOpen = hasChild
        for i in blocks.indices.reversed() where !blocks[i].isRefused {
            let source = epoch > blocks[i].slot / Self.slotsPerEpoch ? blocks[i].unrealized : blocks[i].justified
            let isLeafGood =
                isOnFinalized(i) && (justified == 0 || source == justified || source + 2 >= epoch)
            for way in 0...1 {
                let exists = way == 0 ? blocks[i].isGloas : !blocks[i].isGloas || blocks[i].hasPayload
                isOpen[i][way] = exists && (hasChild[i][way] ? isOpen[i][way] : isLeafGood)
            }
            guard blocks[i].parent >= 0 else { continue }
            let way = blocks[i].isOnPayload ? 1 : 0
            hasChild[blocks[i].parent][way] = true
            if isOpen[i] != [false, false] { isOpen[blocks[i].parent][way] = true }
        }
        let sums = weights.map { $0[2] }
        guard isOpen[base] != [false, false] else {
            return (blocks[base].root, blocks[base].isGloas ? .empty : .full, sums)
        }
        var at = base
        while true {
            var way = isOpen[at][1] ? 1 : 0
            if isOpen[at] == [true, true] {
                // Nobody of a committee says anything here, and nobody is boosted: a payload that is there is built on.
                way = blocks[at].slot + 1 == currentSlot || weights[at][1] >= weights[at][0] ? 1 : 0
            }
            let children = blocks.indices.filter {
                blocks[$0].parent == at && blocks[$0].isOnPayload == (way == 1) && isOpen[$0] != [false, false]
                    && !blocks[$0].isRefused
            }
            let next = children.max { (sums[$0], blocks[$0].root) < (sums[$1], blocks[$1].root) }
            guard let next else { return (blocks[at].root, way == 1 ? .full : .empty, sums) }
            at = next
        }
    }
}
