internal import Hashing

extension ForkTreeState {
    /// All nodes by root, with those that are not included known apart.
    ///
    /// Without finality included nodes pile up by the hundred thousand, while the others are bounded: whatever looks for
    /// nodes that wait, are open or missing looks at these only, and included ones take as little as they can.
    struct NodeTable {
        /// Nodes that are anything but included.
        private var open: [Bytes32: Node] = [:]
        private var settled = SettledBlocks()
        /// Children of included nodes that are not included themselves.
        private var sprouts: [Bytes32: Set<Bytes32>] = [:]

        var count: Int { open.count + settled.count }
        var includedCount: Int { settled.count }
        /// Bytes that included nodes take.
        var includedBytes: Int { settled.bytes }
        var included: IncludedBlocks { IncludedBlocks(settled) }
        var roots: [Bytes32] { settled.roots + open.keys }
        /// Every node, in no order.
        var entries: some Sequence<(key: Bytes32, value: Node)> {
            roots.lazy.compactMap { root in self[root].map { (key: root, value: $0) } }
        }

        /// A node; what is changed of one that is included is lost: `link`, `unlink` and `removeValue` are for those.
        subscript(root: Bytes32) -> Node? {
            get {
                if let node = open[root] { return node }
                guard let slot = settled.slot(of: root), let parent = settled.parent(of: root) else { return nil }
                var node = Node(slot: slot, parent: parent, standing: .included, isOrphan: false)
                node.children = sprouts[root] ?? []
                node.children.formUnion(settled.children(of: root))
                return node
            }
            _modify { yield &open[root] }
        }

        /// The same as of the node, without making one.
        func standing(of root: Bytes32) -> Standing? {
            open[root]?.standing ?? (settled.contains(root) ? .included : nil)
        }

        func slot(of root: Bytes32) -> UInt64? { open[root]?.slot ?? settled.slot(of: root) }

        func parent(of root: Bytes32) -> Bytes32? { open[root]?.parent ?? settled.parent(of: root) }

        func isIncluded(_ root: Bytes32) -> Bool { settled.contains(root) }

        /// The children that are not included themselves.
        func openChildren(of root: Bytes32) -> Set<Bytes32> { open[root]?.children ?? sprouts[root] ?? [] }

        /// Makes `child`, which is not included, a child of `parent`, which is missing from now on if it was unknown.
        mutating func link(_ child: Bytes32, below parent: Bytes32) {
            if settled.contains(parent) {
                sprouts[parent, default: []].insert(child)
            } else {
                open[parent, default: .missing()].children.insert(child)
            }
        }

        /// Takes a node off its parent.
        mutating func unlink(_ child: Bytes32, from parent: Bytes32) {
            open[parent]?.children.remove(child)
            dropSprout(child, of: parent)
            settled.unlink(child)
        }

        /// Turns a node without copies whose parent is included, or that is the first, into an included one.
        mutating func settle(_ root: Bytes32) {
            guard let node = open.removeValue(forKey: root) else { return }
            dropSprout(root, of: node.parent)
            if !node.children.isEmpty { sprouts[root] = node.children }
            settled.insert(root, slot: node.slot, parent: node.parent)
        }

        @discardableResult
        mutating func removeValue(forKey root: Bytes32) -> Node? {
            guard let node = self[root] else { return nil }
            if open.removeValue(forKey: root) == nil {
                settled.remove(root)
                sprouts[root] = nil
            }
            return node
        }

        /// Gives memory back after many have gone.
        mutating func compact() { settled.compact() }

        /// The nodes that are anything but included and satisfy `condition`.
        func unsettled(where condition: (Node) -> Bool) -> [(key: Bytes32, value: Node)] {
            open.filter { condition($0.value) }.map { ($0.key, $0.value) }
        }

        private mutating func dropSprout(_ child: Bytes32, of parent: Bytes32) {
            sprouts[parent]?.remove(child)
            if sprouts[parent]?.isEmpty == true { sprouts[parent] = nil }
        }
    }
}
