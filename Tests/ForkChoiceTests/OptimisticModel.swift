import ConsensusTypes
import ForkChoice
import Hashing

/// Fork choice under an engine's verdicts, as plainly as it can be said: blocks by root, everything by recursion.
struct OptimisticModel {
    struct Block {
        let root: Root
        let parent: Root
        let slot: Slot
        let payload: Hash32
        let justified: Epoch
        var status: ExecutionStatus
    }

    enum Refusal: Error { case contradiction, invalidated }

    static let slotsPerEpoch: UInt64 = 8
    let anchor: Root
    let currentEpoch: Epoch
    let balances: [Gwei]
    var blocks: [Root: Block] = [:]
    var votes: [Int: (epoch: Epoch, root: Root)] = [:]
    var equivocators: Set<Int> = []
    var justified: Epoch = 0

    init(anchor: Root, payload: Hash32, currentEpoch: Epoch, balances: [Gwei]) {
        self.anchor = anchor
        self.currentEpoch = currentEpoch
        self.balances = balances
        blocks[anchor] = Block(root: anchor, parent: Root(), slot: 0, payload: payload, justified: 0, status: .valid)
    }

    /// The block and all before it, the latest first.
    func chain(_ root: Root) -> [Block] {
        var chain: [Block] = []
        var at = root
        while let block = blocks[at] {
            chain.append(block)
            at = block.parent
        }
        return chain
    }

    func ancestor(_ root: Root, at slot: Slot) -> Root { chain(root).first { $0.slot <= slot }?.root ?? anchor }

    mutating func add(_ block: Block) throws {
        guard blocks[block.parent]?.status != .invalidated else { throw Refusal.invalidated }
        blocks[block.root] = block
        justified = max(justified, block.justified)
        if block.status == .valid { markValid(block.root) }
    }

    mutating func vote(_ validator: Int, _ root: Root, epoch: Epoch) throws {
        guard blocks[root]?.status != .invalidated else { throw Refusal.invalidated }
        guard !equivocators.contains(validator), votes[validator].map({ $0.epoch < epoch }) ?? true else { return }
        votes[validator] = (epoch, root)
    }

    mutating func markValid(_ root: Root) {
        for block in chain(root) { blocks[block.root]?.status = .valid }
    }

    /// The specification's table of what the latest valid hash means, for a block that may not be in the tree.
    mutating func invalidate(_ chain: [Block], isLastKnown: Bool, _ latestValidHash: Hash32?) throws -> Set<Root> {
        guard let last = chain.first else { return [] }
        if isLastKnown, last.status == .valid { throw Refusal.contradiction }
        var first = last
        if let hash = latestValidHash {
            if hash == Hash32() {
                first = chain.last { $0.payload != Hash32() } ?? last
            } else if let valid = chain.firstIndex(where: { $0.payload == hash }), valid > 0 {
                first = chain[valid - 1]
            }
        }
        // What was called valid stays so: the first behind it falls.
        let way = chain.prefix { $0.root != first.root } + [first]
        guard let start = way.last(where: { $0.status != .valid }) else { return [] }
        return fall(start.root)
    }

    private mutating func fall(_ root: Root) -> Set<Root> {
        var fallen: Set<Root> = []
        for block in blocks.values
        where block.status != .invalidated && chain(block.root).contains(where: { $0.root == root }) {
            fallen.insert(block.root)
        }
        for root in fallen { blocks[root]?.status = .invalidated }
        return fallen
    }

    // MARK: Head

    private var standing: [Block] { blocks.values.filter { $0.status != .invalidated } }

    private func children(_ root: Root) -> [Block] { standing.filter { $0.parent == root } }

    private func weight(_ root: Root) -> Gwei {
        var weight: Gwei = 0
        for (validator, vote) in votes where !equivocators.contains(validator) {
            guard blocks[vote.root]?.status != .invalidated else { continue }
            if chain(vote.root).contains(where: { $0.root == root }) { weight += balances[validator] }
        }
        return weight
    }

    private func isViable(_ block: Block) -> Bool {
        let children = children(block.root)
        if !children.isEmpty { return children.contains(where: isViable) }
        return justified == 0 || block.justified == justified || block.justified + 2 >= currentEpoch
    }

    /// From the anchor, which is the block of every justified checkpoint here.
    func head() -> Root {
        var head = anchor
        while true {
            let viable = children(head).filter(isViable)
            guard let best = viable.max(by: { (weight($0.root), $0.root) < (weight($1.root), $1.root) }) else {
                return head
            }
            head = best.root
        }
    }

    func latestVerified(_ root: Root) -> Root? {
        guard let block = blocks[root], block.status != .invalidated else { return nil }
        return chain(root).first { $0.status == .valid }?.root
    }
}
