/// A list with value semantics that states share: flat chunks of elements under a tree that keeps Merkle roots.
///
/// A copy is a reference. The first write after it copies one chunk and the nodes above it; writes to nodes that
/// belong to one list alone happen in place. Every node keeps its root until something below it changes, so a root
/// costs what has changed since the last one, whichever of the sharing lists computed that.
///
/// Loops over all elements belong in `forEachChunk`, `updateEachChunk` or iteration; a subscript walks the tree.
public struct PersistentList<Element: PersistentElement>: Sendable {
    @usableFromInline var tree: PersistentTree

    /// An empty list; `layout` is the kind of root it will be asked for.
    @inlinable
    public init(layout: PersistentLayout = .binary) {
        tree = PersistentTree(layout, Element.format)
    }

    @inlinable
    public init(_ elements: some Sequence<Element>, layout: PersistentLayout = .binary) {
        self.init(layout: layout)
        append(contentsOf: elements)
    }

    /// `count` times the same element, in memory and time that grow with the logarithm of `count`.
    public init(repeating element: Element, count: Int, layout: PersistentLayout = .binary) {
        precondition(count >= 0, "a list has no negative count")
        self.init(layout: layout)
        let chunkSize = 1 << tree.format.chunkShift
        while self.count < count {
            let rest = count - self.count
            let (segment, start) = layout.locate(self.count, leafShift: tree.format.leafShift)
            let capacity = layout == .binary ? Int.max : 1 << (2 * segment + tree.format.leafShift)
            if start == self.count, Swift.min(rest, capacity) >= chunkSize {
                let chunk = PersistentNode(chunkOf: chunkSize, tree.format)
                chunk.elements(as: Element.self).initialize(repeating: element, count: chunkSize)
                chunk.markStale(0..<chunkSize)
                chunk.count = chunkSize
                tree.appendRepeating(chunk, chunks: Swift.min(rest, capacity) / chunkSize, by: Self.elementRoots)
            } else {
                let room = Swift.min(capacity - (self.count - start), chunkSize)
                append(contentsOf: repeatElement(element, count: Swift.min(rest, room)))
            }
        }
    }

    @inlinable public var count: Int { tree.count }
    @inlinable public var isEmpty: Bool { tree.count == 0 }
    @inlinable public var indices: Range<Int> { 0..<tree.count }
    @inlinable public var first: Element? { isEmpty ? nil : self[0] }
    @inlinable public var last: Element? { isEmpty ? nil : self[count - 1] }

    /// The kind of root that is kept between calls.
    public var layout: PersistentLayout { tree.layout }

    /// Writing an element that equals the one there changes nothing and keeps all roots.
    @inlinable
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < tree.count, "index out of range")
            return element(at: index)
        }
        set {
            if self[index] == newValue { return }
            let (chunk, start) = tree.ownChunk(at: index)
            chunk.elements(as: Element.self)[index - start] = newValue
            chunk.markStale(index - start..<index - start + 1)
        }
    }

    /// Changes one element in place; an unchanged element keeps all roots.
    @inlinable
    public mutating func update<Result, Failure: Error>(
        at index: Int,
        _ body: (inout Element) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var element = self[index]
        let result = try body(&element)
        self[index] = element
        return result
    }

    @inlinable
    func element(at index: Int) -> Element {
        let format = Element.format
        let (segment, start) = tree.layout.locate(index, leafShift: format.leafShift)
        let offset = index - start
        var node = Unmanaged.passUnretained(tree.segments[segment])
        var level = node._withUnsafeGuaranteedRef { $0.level }
        var shift = format.elementShift(level: level)
        while level > 0 {
            shift -= PersistentFormat.fanShift
            level -= 1
            node = node._withUnsafeGuaranteedRef {
                .passUnretained($0.children[offset >> shift & (PersistentFormat.fan - 1)])
            }
        }
        let place = offset & ((1 << format.chunkShift) - 1)
        return node._withUnsafeGuaranteedRef {
            if MemoryLayout<Element>.size == 1, $0.isNarrow {
                return unsafeBitCast($0.narrowElement(place), to: Element.self)
            }
            return $0.elements(as: Element.self)[place]
        }
    }
}

// MARK: - Growing and shrinking

extension PersistentList {
    @inlinable
    public mutating func append(_ element: Element) {
        let chunk = tree.openTail()
        (chunk.elements(as: Element.self) + chunk.count).initialize(to: element)
        tree.closeTail(chunk, end: chunk.count + 1)
    }

    @inlinable
    public mutating func append(contentsOf elements: some Sequence<Element>) {
        if elements.withContiguousStorageIfAvailable({ appendBuffer($0) }) != nil { return }
        var rest = elements.makeIterator()
        var next = rest.next()
        while next != nil {
            let chunk = tree.openTail()
            let slots = chunk.elements(as: Element.self)
            var end = chunk.count
            while end < chunk.capacity, let element = next {
                (slots + end).initialize(to: element)
                end += 1
                next = rest.next()
            }
            tree.closeTail(chunk, end: end)
        }
    }

    @inlinable
    mutating func appendBuffer(_ elements: UnsafeBufferPointer<Element>) {
        guard let first = elements.baseAddress else { return }
        var done = 0
        while done < elements.count {
            let chunk = tree.openTail()
            let step = Swift.min(chunk.capacity - chunk.count, elements.count - done)
            (chunk.elements(as: Element.self) + chunk.count).initialize(from: first + done, count: step)
            tree.closeTail(chunk, end: chunk.count + step)
            done += step
        }
    }

    /// Removes the first `n` elements, at the cost of copying the others; they keep their own roots.
    @inlinable
    public mutating func removeFirst(_ n: Int) {
        precondition(n >= 0 && n <= count, "cannot remove more elements than there are")
        if n == 0 { return }
        var rest = PersistentList(layout: tree.layout)
        rest.tree.append(elementsOf: tree, from: n)
        self = rest
    }

    @inlinable
    public mutating func removeAll() { self = PersistentList(layout: tree.layout) }

    /// Puts other elements in place of all; chunks whose elements stay the same keep their roots and stay shared.
    @inlinable
    public mutating func replaceAll(with elements: some Sequence<Element>) {
        if let same = elements as? Repeated<Element> {
            self = PersistentList(repeating: same.repeatedValue, count: same.count, layout: tree.layout)
            return
        }
        let replaced: Void? = elements.withContiguousStorageIfAvailable { new in
            guard new.count == count else {
                removeAll()
                appendBuffer(new)
                return
            }
            updateEachChunk { start, old in
                let part = UnsafeBufferPointer(rebasing: new[start..<start + old.count])
                if part.elementsEqual(old) { return false }
                _ = old.update(fromContentsOf: part)
                return true
            }
        }
        if replaced == nil { self = PersistentList(elements, layout: tree.layout) }
    }

    /// Cuts the list for the other kind of root, as an upgrade to a fork that changes the type does.
    ///
    /// Costs a copy of the elements, which keep their own roots; the tree above them is hashed anew.
    public mutating func convert(to layout: PersistentLayout) {
        if layout == tree.layout { return }
        var converted = PersistentList(layout: layout)
        converted.tree.append(elementsOf: tree, from: 0)
        self = converted
    }
}
