internal import Hashing
public import Locking

extension PersistentList {
    /// Like `forEachChunk`, over those elements of `range` that there are.
    @inlinable
    public func forEachChunk<Failure: Error>(
        in range: Range<Int>,
        _ body: (_ firstIndex: Int, _ elements: UnsafeBufferPointer<Element>) throws(Failure) -> Void
    ) throws(Failure) {
        let end = Swift.min(range.upperBound, tree.count)
        var index = range.lowerBound
        while index < end {
            let (chunk, start) = tree.flatChunk(at: index)
            let elements = UnsafeBufferPointer(
                start: chunk.elements(as: Element.self) + (index - start),
                count: Swift.min(start + chunk.count, end) - index
            )
            try withExtendedLifetime(chunk) { () throws(Failure) in try body(index, elements) }
            index += elements.count
        }
    }

    /// Like `updateEachChunk`, with the chunks shared out among `cores`; those for which `isConcerned` is false are
    /// passed over.
    ///
    /// Where `body` throws, nothing is changed, and the error is that of the first chunk that has one.
    @inlinable
    public mutating func updateEachChunk<Failure: Error>(
        on cores: Cores,
        where isConcerned: @Sendable (_ firstIndex: Int, _ elements: UnsafeBufferPointer<Element>) -> Bool,
        _ body: @Sendable (_ firstIndex: Int, _ elements: UnsafeMutableBufferPointer<Element>) throws(Failure) -> Bool
    ) throws(Failure) {
        for part in try drafts(on: cores, where: isConcerned, body) {
            for draft in part { tree.replaceChunk(at: draft.start, with: draft.chunk) }
        }
    }

    @inlinable
    func drafts<Failure: Error>(
        on cores: Cores,
        where isConcerned: @Sendable (Int, UnsafeBufferPointer<Element>) -> Bool,
        _ body: @Sendable (Int, UnsafeMutableBufferPointer<Element>) throws(Failure) -> Bool
    ) throws(Failure) -> [[PersistentDraft]] {
        let ranges = chunkRanges(for: cores)
        return try cores.map(count: ranges.count) { (part) throws(Failure) -> [PersistentDraft] in
            var drafts: [PersistentDraft] = []
            var spare: PersistentNode?
            var index = ranges[part].lowerBound
            while index < ranges[part].upperBound {
                let (chunk, start) = tree.flatChunk(at: index)
                defer { withExtendedLifetime(chunk) {} }
                let old = chunk.elements(as: Element.self)
                index = start + chunk.count
                if !isConcerned(start, UnsafeBufferPointer(start: old, count: chunk.count)) { continue }
                let draft = tree.draft(of: chunk, reusing: &spare)
                let new = draft.elements(as: Element.self)
                guard try body(start, UnsafeMutableBufferPointer(start: new, count: chunk.count)) else {
                    spare = draft
                    continue
                }
                if Element.packing == .composite {
                    for i in 0..<chunk.count where old[i] != new[i] { draft.markStale(i..<i + 1) }
                }
                drafts.append(PersistentDraft(chunk: draft, start: start))
            }
            return drafts
        }
    }

    /// The elements in ranges of whole chunks, some for each core.
    @usableFromInline
    func chunkRanges(for cores: Cores) -> [Range<Int>] {
        var starts: [Int] = []
        for range in cores.ranges(count, grain: 1 << tree.format.chunkShift) {
            // Chunks of a progressive list do not begin at multiples of their size.
            let start = tree.chunk(at: range.lowerBound).start
            if starts.last != start { starts.append(start) }
        }
        return starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : count) }
    }

    /// Parts of the work that the root needs, for several threads: each leaves roots behind for the root to find.
    ///
    /// None where that is little. The list may be copied meanwhile, and its root asked for.
    public func rootWork() -> [@Sendable () -> Void] {
        // Packed, 256 KiB a part.
        let perPart = tree.format.isPacked ? 1 << Swift.max(13 - tree.format.height(level: 1), 0) : 4
        return tree.pendingParents(perPart: perPart).map { parents in
            { PersistentNode.hash(parents, by: Self.elementRoots) }
        }
    }
}

/// A changed copy of a chunk, and the index of its first element.
@usableFromInline
struct PersistentDraft: Sendable {
    @usableFromInline let chunk: PersistentNode
    @usableFromInline let start: Int

    @inlinable
    init(chunk: PersistentNode, start: Int) {
        self.chunk = chunk
        self.start = start
    }
}

extension PersistentTree {
    /// The nodes above the chunks that have no root, in parts.
    ///
    /// Those that are tops are left out: a top keeps the root of a whole tree. One part is none.
    func pendingParents(perPart: Int) -> [[PersistentNode]] {
        var parts: [[PersistentNode]] = []
        func visit(_ node: PersistentNode) {
            for i in 0..<node.count {
                let child = node.children[i]
                if child.root(height: format.height(level: child.level)) != nil { continue }
                if child.level > 1 {
                    visit(child)
                } else if let last = parts.last, last.count < perPart {
                    parts[parts.count - 1].append(child)
                } else {
                    parts.append([child])
                }
            }
        }
        for top in segments where top.level > 1 { visit(top) }
        return parts.count > 1 ? parts : []
    }
}
