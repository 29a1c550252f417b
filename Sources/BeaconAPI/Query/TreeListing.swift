internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import Hashing

/// The fork tree at one moment, each block told when it is asked for.
///
/// Without finality there may be a hundred thousand included blocks: of these only the order is kept here, eight bytes
/// each, and the sums of their votes; the rest is read where it stands. What is not included is bounded, and copied.
struct TreeListing: Sendable {
    /// A block that is not included.
    private struct Other {
        let root: Root
        let slot: UInt64
        let parent: Root
        let state: Lifecycle
        /// Whether it is in the tree and not only remembered.
        let isInTree: Bool
    }

    private enum Entry {
        case included(IncludedBlocks.Place)
        /// A place among the others.
        case other(Int32)
    }

    /// What is kept of a block that is not in the tree.
    struct Remembered {
        let root: Root
        let slot: UInt64
        let parent: Root
        let state: Lifecycle
    }

    private let included: IncludedBlocks
    private let others: [Other]
    private let nodes: ForkChoiceNodes
    /// By slot, then root.
    private let order: [Entry]
    /// Roots that blocks wait for and that nobody has sent, in order.
    let missing: [Root]

    /// - Parameters:
    ///   - nodes: fork choice as it stood after the tree, or nearly so.
    ///   - remembered: blocks of the store; those of the tree, and all that come twice, are left out.
    init(_ tree: (included: IncludedBlocks, others: ForkTreeSnapshot), nodes: ForkChoiceNodes, remembered: [Remembered])
    {
        let included = tree.included
        var others = tree.others.nodes.map {
            Other(root: $0.root, slot: $0.slot, parent: $0.parent, state: $0.state, isInTree: true)
        }
        var known = Set(others.map(\.root))
        for block in remembered where !included.contains(block.root) && known.insert(block.root).inserted {
            others.append(
                Other(root: block.root, slot: block.slot, parent: block.parent, state: block.state, isInTree: false)
            )
        }
        var order: [Entry] = []
        order.reserveCapacity(included.count + others.count)
        for place in included.places { order.append(.included(place)) }
        for i in others.indices { order.append(.other(Int32(i))) }
        func key(_ entry: Entry) -> (slot: UInt64, root: Root) {
            switch entry {
            case .included(let place): included.key(at: place)
            case .other(let i): (others[Int(i)].slot, others[Int(i)].root)
            }
        }
        order.sort { key($0) < key($1) }
        let waiting = others.filter { $0.state == .pending }.map(\.parent)
        missing = Set(tree.others.missing.map(\.root) + waiting)
            .filter { !known.contains($0) && !included.contains($0) }.sorted()
        self.included = included
        self.others = others
        self.nodes = nodes
        self.order = order
    }

    var count: Int { order.count }

    func block(_ number: Int) -> TreeAnswer.Block {
        var block: TreeAnswer.Block
        let root: Root
        switch order[number] {
        case .included(let place):
            let key = included.key(at: place)
            root = key.root
            block = TreeAnswer.Block(
                root: "\(root)",
                slot: key.slot,
                parentRoot: "\(included.parent(at: place))",
                state: .included
            )
        case .other(let i):
            let other = others[Int(i)]
            root = other.root
            block = TreeAnswer.Block(
                root: "\(root)",
                slot: other.slot,
                parentRoot: "\(other.parent)",
                state: other.state
            )
            guard other.isInTree else { return block }
        }
        if let node = nodes.node(root) {
            block.weight = node.weight
            block.isViable = node.isViable
            block.executionOptimistic = node.execution == .notValidated
        }
        return block
    }

    /// The answer around `frame`, whose lists are filled in.
    func answer(_ frame: TreeAnswer) -> ListedAnswer<TreeAnswer, TreeAnswer.Block> {
        var frame = frame
        frame.missing = missing.map { "\($0)" }
        return ListedAnswer(frame, \.blocks, key: "blocks", count: count) { range in range.map { block($0) } }
    }
}

extension TreeListing.Remembered {
    init(_ record: LifecycleRecord) {
        self.init(root: record.root, slot: record.slot, parent: record.parent, state: record.state)
    }
}
