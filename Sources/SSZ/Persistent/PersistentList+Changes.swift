extension PersistentList {
    /// Calls `body` with stretches of both lists that stand at the same place and are not known to be equal, in order.
    ///
    /// Both buffers have the same count. Elements between the stretches are equal; those behind the shorter list's end
    /// are in none. Nodes that both lists share, or whose kept roots agree, are passed over.
    @inlinable
    func forEachChangedStretch(
        since older: PersistentList,
        _ body: (_ first: Int, _ old: UnsafeBufferPointer<Element>, _ new: UnsafeBufferPointer<Element>) -> Void
    ) {
        let end = Swift.min(count, older.count)
        if layout == older.layout {
            tree.forEachChange(since: older.tree) { start, new, old in
                let (new, old) = (new.flat, old.flat)
                defer { withExtendedLifetime((new, old)) {} }
                let length = Swift.min(new.count, old.count)
                body(
                    start,
                    UnsafeBufferPointer(start: old.elements(as: Element.self), count: length),
                    UnsafeBufferPointer(start: new.elements(as: Element.self), count: length)
                )
            }
            return
        }
        var index = 0
        while index < end {
            let (new, newStart) = tree.flatChunk(at: index)
            let (old, oldStart) = older.tree.flatChunk(at: index)
            defer { withExtendedLifetime((new, old)) {} }
            let length = Swift.min(newStart + new.count, oldStart + old.count, end) - index
            body(
                index,
                UnsafeBufferPointer(start: old.elements(as: Element.self) + (index - oldStart), count: length),
                UnsafeBufferPointer(start: new.elements(as: Element.self) + (index - newStart), count: length)
            )
            index += length
        }
    }
}

extension PersistentTree {
    /// Calls `body` with the chunks at the same place that are not known to be equal as far as both go.
    @usableFromInline
    func forEachChange(
        since older: PersistentTree,
        _ body: (_ start: Int, _ new: PersistentNode, _ old: PersistentNode) -> Void
    ) {
        func walk(_ new: PersistentNode, _ old: PersistentNode, _ start: Int) {
            if new === old { return }
            // A higher tree has grown above one of the other's height, which is its first child.
            if new.level > old.level { return walk(new.children[0], old, start) }
            if new.level < old.level { return walk(new, old.children[0], start) }
            if let a = new.keptRoot, let b = old.keptRoot, a.height == b.height, a.root == b.root { return }
            if new.level == 0 { return body(start, new, old) }
            for i in 0..<min(new.count, old.count) {
                walk(new.children[i], old.children[i], start + i << format.elementShift(level: new.level - 1))
            }
        }
        for (segment, (new, old)) in zip(segments, older.segments).enumerated() {
            walk(new, old, layout.start(of: segment, leafShift: format.leafShift))
        }
    }
}
