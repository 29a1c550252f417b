public import ConsensusTypes
public import Hashing

/// The blocks of a store as they stood after a head computation.
///
/// Costs nothing to take: it shares with the store, and with those taken before and after, what has not changed between.
public struct ForkChoiceTree: Sendable {
    let nodesWithoutBoost: SharedArray<ForkChoiceNode>
    let positions: RootIndex
    let boost: (position: Int, amount: Gwei)?

    /// How many blocks there are.
    public var count: Int { nodesWithoutBoost.count }

    /// Whether the block is in the tree.
    public func contains(_ root: Root) -> Bool { positions[root] != nil }

    /// The block's node.
    public func node(_ root: Root) -> ForkChoiceNode? {
        guard let position = positions[root] else { return nil }
        var node = nodesWithoutBoost[position]
        guard let boost else { return node }
        var at = boost.position
        while at > position, let parent = nodesWithoutBoost[at].parent { at = parent }
        if at == position { node.boost = boost.amount }
        return node
    }

    /// Spec: `get_ancestor`: the block of the branch of `root` at `slot`, or the last before it.
    public func ancestor(of root: Root, at slot: Slot) -> Root? {
        guard var position = positions[root] else { return nil }
        while nodesWithoutBoost[position].slot > slot, let parent = nodesWithoutBoost[position].parent {
            position = parent
        }
        return nodesWithoutBoost[position].root
    }

    /// The block and all it descends from, as far as the tree reaches.
    public func chain(to root: Root) -> Set<Root> {
        var roots: Set<Root> = []
        var next = positions[root]
        while let position = next {
            roots.insert(nodesWithoutBoost[position].root)
            next = nodesWithoutBoost[position].parent
        }
        return roots
    }

    /// All nodes, parents before children, made anew with every call.
    ///
    /// `parent` is a position in this array.
    public var nodes: [ForkChoiceNode] {
        var nodes = Array(nodesWithoutBoost)
        guard let boost else { return nodes }
        var next: Int? = boost.position
        while let position = next {
            nodes[position].boost = boost.amount
            next = nodes[position].parent
        }
        return nodes
    }

    /// Bytes that the tree takes, what it shares with others included; without what its blocks are told of.
    public var bytes: Int { nodesWithoutBoost.bytes + positions.bytes }
}

extension ForkChoiceStore {
    /// The tree as of the last head computation.
    public var tree: ForkChoiceTree {
        ForkChoiceTree(nodesWithoutBoost: nodes, positions: positions, boost: branches.boost)
    }
}
