public import ConsensusTypes
public import Hashing

/// The blocks of a store as they stood after a head computation.
///
/// Costs nothing to take: it shares with the store, and with those taken before and after, what has not changed between.
/// Only the votes for each very block are kept: what stands above it is summed up by who asks.
public struct ForkChoiceTree: Sendable {
    let blocks: BlockTable
    let boost: (position: Int, amount: Gwei)?

    /// How many blocks there are.
    public var count: Int { blocks.count }

    /// Whether the block is in the tree.
    public func contains(_ root: Root) -> Bool { blocks.position(of: root) != nil }

    /// Spec: `is_payload_verified`; `false` where the block is not known.
    public func isPayloadVerified(_ root: Root) -> Bool {
        blocks.position(of: root).map { blocks.standings[$0].isPayloadVerified } ?? false
    }

    /// The block's node; walks over all blocks that came after it for its weight.
    public func node(_ root: Root) -> ForkChoiceNode? {
        guard let position = blocks.position(of: root) else { return nil }
        var sum: Gwei = 0
        var isAbove = [Bool](repeating: false, count: blocks.count - position)
        for i in position..<blocks.count {
            guard i == position || blocks[i].parent.map({ $0 >= position && isAbove[$0 - position] }) ?? false else {
                continue
            }
            isAbove[i - position] = true
            sum &+= blocks.standings[i].weight
        }
        let hasBoost = boost.map { $0.position >= position && isAbove[$0.position - position] } ?? false
        return blocks.node(at: position, sum: sum, boost: hasBoost ? boost?.amount ?? 0 : 0)
    }

    /// Spec: `get_ancestor`: the block of the branch of `root` at `slot`, or the last before it.
    public func ancestor(of root: Root, at slot: Slot) -> Root? {
        blocks.position(of: root).map { blocks[blocks.ancestor($0, at: slot)].root }
    }

    /// All nodes, parents before children; votes are summed up with every call.
    ///
    /// `parent` is a position among them.
    public var nodes: ForkChoiceNodes { ForkChoiceNodes(self) }

    /// Bytes that the tree takes, what it shares with others included.
    public var bytes: Int { blocks.bytes }
}

/// All nodes of a tree, each made when it is asked for: a hundred thousand at once would take fifty megabytes.
public struct ForkChoiceNodes: RandomAccessCollection, Sendable {
    private let blocks: BlockTable
    private let sums: [Gwei]
    private let boost: Gwei
    private let hasBoost: [Bool]

    init(_ tree: ForkChoiceTree) {
        blocks = tree.blocks
        sums = tree.blocks.sums()
        boost = tree.boost?.amount ?? 0
        var hasBoost = [Bool](repeating: false, count: tree.blocks.count)
        var next = tree.boost?.position
        while let position = next {
            hasBoost[position] = true
            next = tree.blocks[position].parent
        }
        self.hasBoost = hasBoost
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { blocks.count }

    public subscript(position: Int) -> ForkChoiceNode {
        blocks.node(at: position, sum: sums[position], boost: hasBoost[position] ? boost : 0)
    }

    /// The node of a block; votes are not summed up again.
    public func node(_ root: Root) -> ForkChoiceNode? { blocks.position(of: root).map { self[$0] } }
}

extension ForkChoiceStore {
    /// The tree with its votes; what may win in it is of the last head computation.
    public var tree: ForkChoiceTree { ForkChoiceTree(blocks: nodes, boost: branches.boost) }

    /// Bytes that the blocks take, those of their votes' sums included; not the votes of validators.
    public var bytes: Int { nodes.bytes + lines.bytes }
}
