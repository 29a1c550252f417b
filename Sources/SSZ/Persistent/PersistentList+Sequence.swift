extension PersistentList: Sequence {
    /// Walks chunk by chunk over the list as it was when iteration began.
    public struct Iterator: IteratorProtocol {
        @usableFromInline let list: PersistentList
        @usableFromInline var place: UnsafePointer<Element>?
        @usableFromInline var end: UnsafePointer<Element>?
        @usableFromInline var index = 0
        /// The chunk that is walked, where it is a copy that nobody else keeps alive.
        @usableFromInline var copy: PersistentNode?

        @inlinable
        init(_ list: PersistentList) { self.list = list }

        @inlinable
        public mutating func next() -> Element? {
            if place == end { enterChunk() }
            guard let here = place, here != end else { return nil }
            place = here + 1
            return here.pointee
        }

        @usableFromInline
        mutating func enterChunk() {
            if index == list.count { return }
            let (chunk, start) = list.tree.flatChunk(at: index)
            copy = chunk
            let first = UnsafePointer(chunk.elements(as: Element.self))
            place = first
            end = first + chunk.count
            index = start + chunk.count
        }
    }

    @inlinable
    public func makeIterator() -> Iterator { Iterator(self) }

    @inlinable
    public var underestimatedCount: Int { tree.count }
}

extension PersistentList: Hashable {
    /// Stops at nodes that both lists share, and at kept roots.
    @inlinable
    public static func == (a: PersistentList, b: PersistentList) -> Bool {
        if a.count != b.count { return false }
        if a.tree.layout != b.tree.layout { return a.elementsEqual(b) }
        return a.tree.equals(b.tree) { x, y in
            let (x, y) = (x.flat, y.flat)
            defer { withExtendedLifetime((x, y)) {} }
            let (left, right) = (x.elements(as: Element.self), y.elements(as: Element.self))
            for i in 0..<x.count where left[i] != right[i] { return false }
            return true
        }
    }

    /// Mixes in the count and a few elements only, for a list may be long.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for element in prefix(8) { hasher.combine(element) }
        if let last { hasher.combine(last) }
    }
}

extension PersistentList: CustomStringConvertible {
    public var description: String { Array(self).description }
}

extension PersistentList: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Element...) { self.init(elements) }
}
