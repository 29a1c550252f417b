import BeaconAPI
import Node

/// The life of a block as people read it.
enum BlockText {
    static func render(_ block: BlockAnswer) -> String {
        var rows: [(String, String)] = [
            ("block", block.root), ("slot", "\(block.slot)"), ("parent", block.parentRoot),
        ]
        if let proposer = block.proposerIndex { rows.append(("proposer", "\(proposer)")) }
        rows.append(("state", state(block)))
        if let ancestor = block.ancestor { rows.append(("bad ancestor", ancestor)) }
        if let reason = block.reason { rows.append(("reason", reason)) }
        if let root = block.stateRoot { rows.append(("state root", root)) }
        if let data = block.data { rows.append(("data", data)) }
        if let weight = block.weight { rows.append(("weight", "\(weight) Gwei")) }
        rows.append(("received", received(block)))
        if let parent = block.waitedFor {
            rows.append(("waited for", "\(parent), \(block.waitNanoseconds.duration)"))
        }
        if let missing = block.missing { rows.append(("missing", "\(missing), which nobody has sent")) }
        for child in block.children { rows.append(("child", child)) }
        let width = rows.map(\.0.count).max() ?? 0
        var lines = rows.map { "\($0.0.right(width))  \($0.1)" }
        if !block.stages.isEmpty {
            lines.append("stages")
            lines += table(block.stages.map { ["  " + $0.stage, $0.nanoseconds.duration] })
        }
        return lines.joined(separator: "\n")
    }

    private static func state(_ block: BlockAnswer) -> String {
        var text = block.state
        if let cause = block.cause { text += ": \(cause)" }
        if let stage = block.stage { text += " at \(stage)" }
        return block.isCanonical == true ? text + ", canonical" : text
    }

    private static func received(_ block: BlockAnswer) -> String {
        guard block.receivedAt > 0 else { return block.origin }
        return "\(Log.time(block.receivedAt)) (\(block.origin))"
    }
}

/// Where the chain stands as people read it.
enum HeadText {
    static func render(_ head: HeadAnswer) -> String {
        let counts = head.counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        return [
            "head       slot \(head.slot)  \(head.root)  state \(head.stateRoot)"
                + (head.executionOptimistic ? "  optimistic" : ""),
            "justified  epoch \(head.justified.epoch)  \(head.justified.root)",
            "finalized  epoch \(head.finalized.epoch)  \(head.finalized.root)",
            "clock      slot \(head.currentSlot)  network \(head.network)",
            "blocks     " + counts.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
        ].joined(separator: "\n")
    }
}
