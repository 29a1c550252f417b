internal import Hashing

extension PersistentList {
    /// What is wrong with the structure, or `nil`; compares every kept root with one computed anew.
    public func checkInvariants() -> String? {
        var expected = 0
        for (segment, top) in tree.segments.enumerated() {
            let start = tree.layout.start(of: segment, leafShift: tree.format.leafShift)
            if start != expected { return "segment \(segment) starts at \(start), not \(expected)" }
            if let fault = fault(below: top, isLast: segment == tree.segments.count - 1, isTop: true) { return fault }
            expected += elementCount(below: top)
            if tree.layout == .progressive, segment < tree.segments.count - 1 {
                let capacity = 1 << (2 * segment + tree.format.leafShift)
                if expected - start != capacity { return "segment \(segment) holds \(expected - start) of \(capacity)" }
            }
        }
        if tree.layout == .binary, tree.segments.count > 1 { return "\(tree.segments.count) segments" }
        return expected == count ? nil : "\(expected) elements, counted \(count)"
    }

    private func elementCount(below node: PersistentNode) -> Int {
        node.level == 0 ? node.count : (0..<node.count).reduce(0) { $0 + elementCount(below: node.children[$1]) }
    }

    private func fault(below node: PersistentNode, isLast: Bool, isTop: Bool) -> String? {
        let place = "node of level \(node.level) with \(node.count) of \(node.capacity)"
        if node.count < 1 || node.count > node.capacity { return place }
        if node.level == 0 {
            if !isLast && node.count < node.capacity { return "\(place): not full" }
            if let fault = chunkFault(node) { return "\(place): \(fault)" }
        } else {
            if isTop && node.count < 2 { return "\(place): a top of one child" }
            if !isLast && node.count < node.capacity && !isTop { return "\(place): not full" }
            for i in 0..<node.count {
                let child = node.children[i]
                if child.level != node.level - 1 { return "\(place): a child of level \(child.level)" }
                let childIsLast = isLast && i == node.count - 1
                if let fault = fault(below: child, isLast: childIsLast, isTop: false) { return fault }
            }
        }
        guard let kept = node.keptRoot else { return nil }
        let all = leaves(below: node)
        let actual = all.withUnsafeBytes { Merkle.subtree($0, depth: kept.height) }
        return actual == kept.root ? nil : "\(place): keeps root \(kept.root.short), has \(actual.short)"
    }

    private func chunkFault(_ chunk: PersistentNode) -> String? {
        let stride = MemoryLayout<Element>.stride
        let chunk = chunk.flat
        defer { withExtendedLifetime(chunk) {} }
        if Element.packing == .basic {
            let unused = UnsafeRawBufferPointer(start: chunk.storage, count: chunk.capacity * stride)[
                (chunk.count * stride)...
            ]
            return unused.allSatisfy { $0 == 0 } ? nil : "bytes behind the last element are not zero"
        }
        var kept = [Bytes32](repeating: .zero, count: chunk.count)
        let stale = chunk.staleNow
        kept.withUnsafeMutableBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            // With a hook that leaves stale roots out, what is written are the kept ones.
            chunk.writeLeaves(to: first) { _, _, _ in }
        }
        for i in 0..<chunk.count where stale >> UInt64(i) & 1 == 0 {
            let actual = chunk.elements(as: Element.self)[i].elementRoot()
            if kept[i] != actual { return "element \(i) keeps root \(kept[i].short), has \(actual.short)" }
        }
        return nil
    }

    private func leaves(below node: PersistentNode) -> [Bytes32] {
        if node.level > 0 { return (0..<node.count).flatMap { leaves(below: node.children[$0]) } }
        let node = node.flat
        defer { withExtendedLifetime(node) {} }
        let elements = UnsafeBufferPointer(start: node.elements(as: Element.self), count: node.count)
        if Element.packing == .composite { return elements.map { $0.elementRoot() } }
        var packed = [Bytes32](repeating: .zero, count: tree.format.leafCount(node.count))
        packed.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(elements)) }
        return packed
    }
}
