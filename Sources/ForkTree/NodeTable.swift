internal import Hashing

extension ForkTreeState {
    /// All nodes by root, with those that are not included known apart.
    ///
    /// Without finality included nodes pile up by the hundred thousand, while the others are bounded: whatever looks for
    /// nodes that wait, are open or missing looks at these only.
    struct NodeTable {
        private var all: [Bytes32: Node] = [:]
        /// Nodes that are anything but included.
        private(set) var unsettled: Set<Bytes32> = []

        var count: Int { all.count }
        var includedCount: Int { all.count - unsettled.count }
        var roots: some Collection<Bytes32> { all.keys }
        /// Every node, in no order.
        var entries: some Sequence<(key: Bytes32, value: Node)> { all }

        subscript(root: Bytes32) -> Node? {
            get { all[root] }
            _modify {
                defer { note(root) }
                yield &all[root]
            }
        }

        subscript(root: Bytes32, default node: @autoclosure () -> Node) -> Node {
            get { all[root] ?? node() }
            _modify {
                defer { note(root) }
                yield &all[root, default: node()]
            }
        }

        @discardableResult
        mutating func removeValue(forKey root: Bytes32) -> Node? {
            unsettled.remove(root)
            return all.removeValue(forKey: root)
        }

        /// The nodes that are anything but included and satisfy `condition`.
        func unsettled(where condition: (Node) -> Bool) -> [(key: Bytes32, value: Node)] {
            unsettled.compactMap { root in all[root].flatMap { condition($0) ? (root, $0) : nil } }
        }

        private mutating func note(_ root: Bytes32) {
            if let node = all[root], node.standing != .included {
                unsettled.insert(root)
            } else {
                unsettled.remove(root)
            }
        }
    }
}
