import BeaconAPI

/// The fork tree as people read it: one line a block, oldest first, side branches to the right.
///
///     slot          root      state     weight
///       60  o       1234abcd  included  96 ETH   justified finalized
///       61  ├─x     abcd1234  invalid: state_root_mismatch at transition
///       61  o       4321dcba  included  64 ETH   head
enum TreeText {
    private struct Line {
        let slot: String
        let branch: String
        let root: String
        let state: String
        let weight: String
        let marks: String
    }

    static func render(_ answer: TreeAnswer) -> [String] {
        var drawing = Drawing(answer)
        drawing.draw()
        let rows = drawing.lines
        let head = Line(slot: "slot", branch: "", root: "root", state: "state", weight: "weight", marks: "")
        let all = [head] + rows
        let widths = (
            slot: all.map(\.slot.count).max() ?? 0,
            branch: all.map(\.branch.count).max() ?? 0,
            state: all.map(\.state.count).max() ?? 0,
            weight: all.map(\.weight.count).max() ?? 0
        )
        return all.map { line in
            let text =
                line.slot.left(widths.slot) + "  " + line.branch.right(widths.branch) + "  "
                + line.root.right(8) + "  " + line.state.right(widths.state) + "  " + line.weight.left(widths.weight)
                + "  " + line.marks
            return text.trimmingEnd
        } + [summary(answer)]
    }

    private static func summary(_ answer: TreeAnswer) -> String {
        var counts: [String: Int] = [:]
        for block in answer.blocks { counts[block.state, default: 0] += 1 }
        if !answer.missing.isEmpty { counts["missing"] = answer.missing.count }
        return counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    /// Walks the tree depth first.
    private struct Drawing {
        let answer: TreeAnswer
        let children: [String: [TreeAnswer.Block]]
        let known: Set<String>
        /// Blocks on the way to the head, which a line goes straight on with.
        let canonical: Set<String>
        var lines: [Line] = []

        init(_ answer: TreeAnswer) {
            self.answer = answer
            children = Dictionary(grouping: answer.blocks, by: \.parentRoot)
            known = Set(answer.blocks.map(\.root))
            let parents = Dictionary(answer.blocks.map { ($0.root, $0.parentRoot) }, uniquingKeysWith: { a, _ in a })
            var path: Set<String> = []
            var at: String? = answer.head
            while let root = at, path.insert(root).inserted { at = parents[root] }
            canonical = path
        }

        mutating func draw() {
            let missing = Set(answer.missing)
            let tops = answer.blocks.filter { !known.contains($0.parentRoot) && !missing.contains($0.parentRoot) }
            // The tree itself first, then what hangs loose.
            for top in tops.filter({ canonical.contains($0.root) }) + tops.filter({ !canonical.contains($0.root) }) {
                draw([Task(block: top, lead: "", indent: "")])
            }
            for root in answer.missing {
                lines.append(
                    Line(slot: "?", branch: "!", root: short(root), state: "missing", weight: "", marks: "")
                )
                draw(tasks(below: root, indent: ""))
            }
        }

        /// A block to be drawn: what stands before it, and before what follows it in the same column.
        private struct Task {
            let block: TreeAnswer.Block
            let lead: String
            let indent: String
        }

        /// Draws blocks and what descends from them, the last one first; a stack of its own, however deep the forks.
        private mutating func draw(_ first: [Task]) {
            var stack = first
            while let task = stack.popLast() {
                lines.append(line(task.block, task.lead))
                stack += tasks(below: task.block.root, indent: task.indent)
            }
        }

        /// The children: the one that goes straight on at the bottom of the stack, side branches above it.
        private func tasks(below root: String, indent: String) -> [Task] {
            let below = children[root] ?? []
            let straight = below.first { canonical.contains($0.root) } ?? below.max { preference($0) < preference($1) }
            guard let straight else { return [] }
            let sides = below.filter { $0.root != straight.root }.reversed().map { side in
                Task(block: side, lead: indent + "├─", indent: indent + "│ ")
            }
            return [Task(block: straight, lead: indent, indent: indent)] + sides
        }

        private func preference(_ block: TreeAnswer.Block) -> (Int, UInt64) {
            (block.state == "included" ? 1 : 0, block.weight ?? 0)
        }

        private func line(_ block: TreeAnswer.Block, _ lead: String) -> Line {
            Line(
                slot: "\(block.slot)",
                branch: lead + mark(block),
                root: short(block.root),
                state: state(block),
                weight: block.weight.map { "\($0 / 1_000_000_000) ETH" } ?? "",
                marks: marks(block)
            )
        }

        private func mark(_ block: TreeAnswer.Block) -> String {
            switch block.state {
            case "included": block.root == answer.head ? "*" : "o"
            case "invalid": "x"
            case "pending", "child", "block_child", "state_child", "new": "?"
            default: "-"
            }
        }

        private func state(_ block: TreeAnswer.Block) -> String {
            guard let cause = block.cause else { return block.state }
            return "\(block.state): \(cause)" + (block.stage.map { " at \($0)" } ?? "")
        }

        private func marks(_ block: TreeAnswer.Block) -> String {
            var marks: [String] = []
            if block.root == answer.head { marks.append("head") }
            if block.root == answer.justified.root { marks.append("justified") }
            if block.root == answer.finalized.root { marks.append("finalized") }
            return marks.joined(separator: " ")
        }
    }

    /// The first four bytes of a root.
    static func short(_ root: String) -> String { String(root.dropFirst(2).prefix(8)) }
}

extension String {
    /// Filled with spaces before it.
    func left(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }

    /// Filled with spaces behind it.
    func right(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// Without spaces at its end.
    var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
