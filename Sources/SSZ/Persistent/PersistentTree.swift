internal import Hashing

/// The part of a persistent list that does not know its element type: segments of nodes.
@usableFromInline
struct PersistentTree: Sendable {
    /// The tops of the segments: at most one in the binary layout.
    @usableFromInline var segments: [PersistentNode] = []
    @usableFromInline var count = 0
    @usableFromInline let layout: PersistentLayout
    @usableFromInline let format: PersistentFormat

    @usableFromInline
    init(_ layout: PersistentLayout, _ format: PersistentFormat) {
        self.layout = layout
        self.format = format
    }

    /// The chunk that holds element `index`, and the index of the chunk's first element.
    @usableFromInline
    func chunk(at index: Int) -> (node: PersistentNode, start: Int) {
        let (segment, start) = layout.locate(index, leafShift: format.leafShift)
        let offset = index - start
        var node = segments[segment]
        while node.level > 0 {
            node = node.children[offset >> format.elementShift(level: node.level - 1) & (PersistentFormat.fan - 1)]
        }
        return (node, start + (offset & ~((1 << format.chunkShift) - 1)))
    }

    /// The same with elements to point to: a flat copy where the chunk is narrow, which the caller keeps alive.
    @usableFromInline
    func flatChunk(at index: Int) -> (node: PersistentNode, start: Int) {
        let (node, start) = chunk(at: index)
        return (node.flat, start)
    }

    /// The same as `chunk(at:)` for writing: every node on the way belongs to this list alone and has forgotten its root.
    @usableFromInline
    mutating func ownChunk(at index: Int) -> (node: PersistentNode, start: Int) {
        let (segment, start) = layout.locate(index, leafShift: format.leafShift)
        let offset = index - start
        PersistentNode.own(&segments[segment])
        // Unretained: the slot above keeps each node alive, and nobody else may write to it.
        var node = Unmanaged.passUnretained(segments[segment])
        var level = node._withUnsafeGuaranteedRef { $0.level }
        while level > 0 {
            level -= 1
            let i = offset >> format.elementShift(level: level) & (PersistentFormat.fan - 1)
            node = node._withUnsafeGuaranteedRef {
                PersistentNode.own(&$0.children[i])
                return .passUnretained($0.children[i])
            }
        }
        return (node.takeUnretainedValue(), start + (offset & ~((1 << format.chunkShift) - 1)))
    }

    /// How many chunks there are.
    var chunkCount: Int { count == 0 ? 0 : layout.chunk(of: count - 1, format).number + 1 }

    /// The index of the first element of a chunk, by its number.
    func start(ofChunk number: Int) -> Int {
        if layout == .binary { return number << format.chunkShift }
        let small = format.smallSegments
        return layout.start(of: min(number, small), leafShift: format.leafShift)
            + max(number - small, 0) << format.chunkShift
    }

    /// A copy of a shared chunk to try changes on, into the spare one if that fits.
    @usableFromInline
    func draft(of chunk: PersistentNode, reusing spare: inout PersistentNode?) -> PersistentNode {
        guard let draft = spare, draft.capacity == chunk.capacity else { return chunk.copy() }
        spare = nil
        draft.becomeCopy(of: chunk)
        return draft
    }

    /// Puts `chunk` in the place of the chunk that holds element `index`.
    @usableFromInline
    mutating func replaceChunk(at index: Int, with chunk: PersistentNode) {
        let (segment, start) = layout.locate(index, leafShift: format.leafShift)
        let offset = index - start
        if segments[segment].level == 0 {
            segments[segment] = chunk
            return
        }
        PersistentNode.own(&segments[segment])
        var node = segments[segment]
        while true {
            let i = offset >> format.elementShift(level: node.level - 1) & (PersistentFormat.fan - 1)
            if node.level == 1 {
                node.children[i] = chunk
                return
            }
            PersistentNode.own(&node.children[i])
            node = node.children[i]
        }
    }
}

// MARK: - Growing

extension PersistentTree {
    /// A chunk of this list's own that has room for one element more at least.
    @usableFromInline
    mutating func openTail() -> PersistentNode {
        let (segment, start) = layout.locate(count, leafShift: format.leafShift)
        let offset = count - start
        if segment < segments.count, offset & ((1 << format.chunkShift) - 1) != 0 {
            return ownChunk(at: count).node
        }
        let chunk = PersistentNode(chunkOf: chunkCapacity(in: segment), format)
        insert(chunk, segment: segment, offset: offset)
        return chunk
    }

    /// Counts the elements up to `end` of the tail chunk in.
    @usableFromInline
    mutating func closeTail(_ chunk: PersistentNode, end: Int) {
        chunk.markStale(chunk.count..<end)
        count += end - chunk.count
        chunk.count = end
    }

    /// Appends the elements of another tree from `first` on, with the roots they have.
    @usableFromInline
    mutating func append(elementsOf other: PersistentTree, from first: Int) {
        var index = first
        while index < other.count {
            let (source, start) = other.chunk(at: index)
            let tail = openTail()
            let step = min(tail.capacity - tail.count, start + source.count - index)
            tail.append(elementsOf: source, index - start..<index - start + step)
            count += step
            index += step
        }
    }

    /// Elements of a chunk in this segment: the narrowest progressive segments are smaller than a chunk.
    func chunkCapacity(in segment: Int) -> Int {
        switch layout {
        case .binary: 1 << format.chunkShift
        case .progressive: 1 << min(format.chunkShift, 2 * segment + format.leafShift)
        }
    }

    /// Adds a node with a multiple of whole chunks, or one chunk, behind all that are there.
    mutating func insert(_ node: PersistentNode, segment: Int, offset: Int) {
        if segment == segments.count {
            segments.append(node)
            return
        }
        let level = segments[segment].level
        if offset == 1 << format.elementShift(level: level) {
            // A top keeps a root of the whole tree's height; under a new top that would be of no use.
            if let kept = segments[segment].keptRoot, kept.height != format.height(level: level) {
                PersistentNode.own(&segments[segment])
            }
            let top = segments[segment]
            segments[segment] = PersistentNode(level: level + 1, children: CollectionOfOne(top), format)
        } else {
            PersistentNode.own(&segments[segment])
        }
        var parent = segments[segment]
        while true {
            let i = offset >> format.elementShift(level: parent.level - 1) & (PersistentFormat.fan - 1)
            if i == parent.count { break }
            PersistentNode.own(&parent.children[i])
            parent = parent.children[i]
        }
        var child = node
        while child.level < parent.level - 1 {
            child = PersistentNode(level: child.level + 1, children: CollectionOfOne(child), format)
        }
        parent.appendChild(child)
    }
}

// MARK: - Comparing

extension PersistentTree {
    /// Whether two lists of one layout are equal; `equal` compares the elements of two chunks.
    @usableFromInline
    func equals(_ other: PersistentTree, chunks equal: (PersistentNode, PersistentNode) -> Bool) -> Bool {
        func same(_ a: PersistentNode, _ b: PersistentNode) -> Bool {
            if a === b { return true }
            if a.level != b.level || a.count != b.count { return false }
            if let x = a.keptRoot, let y = b.keptRoot, x.height == y.height { return x.root == y.root }
            if a.level == 0 { return equal(a, b) }
            return (0..<a.count).allSatisfy { same(a.children[$0], b.children[$0]) }
        }
        return count == other.count && zip(segments, other.segments).allSatisfy { same($0, $1) }
    }
}
