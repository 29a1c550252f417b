/// The elements of a packed list, to be read and written one by one in any order; see `PersistentList.withWriter`.
///
/// A table of chunks takes the place of the walk down the tree: the first touch of a chunk costs that walk, the first
/// write to it the copy that the list would make too, and all others next to nothing.
public struct PersistentWriter<Element: PersistentElement>: ~Copyable {
    @usableFromInline var tree: PersistentTree
    @usableFromInline let layout: PersistentLayout
    /// Where the elements of each chunk lie, once it was touched.
    @usableFromInline let places: UnsafeMutablePointer<UnsafeMutablePointer<Element>?>
    /// Which chunks are the list's own and have forgotten their roots.
    @usableFromInline let owned: UnsafeMutablePointer<Bool>
    public let count: Int

    /// Takes the tree out of a list.
    init(taking list: inout PersistentTree) {
        tree = PersistentTree(list.layout, list.format)
        layout = list.layout
        count = list.count
        let chunks = list.chunkCount
        places = .allocate(capacity: chunks)
        places.initialize(repeating: nil, count: chunks)
        owned = .allocate(capacity: chunks)
        owned.initialize(repeating: false, count: chunks)
        swap(&tree, &list)
    }

    deinit {
        places.deallocate()
        owned.deallocate()
    }

    /// Gives the tree back to the list.
    @usableFromInline
    mutating func finish(_ list: inout PersistentTree) { swap(&tree, &list) }

    /// Writing an element that equals the one there changes nothing and keeps all roots.
    @inlinable
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "index out of range")
            let (number, place) = layout.chunk(of: index, Element.format)
            return elements(number, index)[place]
        }
        set {
            precondition(index >= 0 && index < count, "index out of range")
            let (number, place) = layout.chunk(of: index, Element.format)
            var chunk = elements(number, index)
            if chunk[place] == newValue { return }
            if !owned[number] { chunk = own(number, index) }
            chunk[place] = newValue
        }
    }

    @inlinable
    @inline(__always)
    func elements(_ number: Int, _ index: Int) -> UnsafeMutablePointer<Element> {
        places[number] ?? find(number, index)
    }

    @usableFromInline
    @inline(never)
    func find(_ number: Int, _ index: Int) -> UnsafeMutablePointer<Element> {
        let found = tree.chunk(at: index).node.elements(as: Element.self)
        places[number] = found
        return found
    }

    @usableFromInline
    @inline(never)
    mutating func own(_ number: Int, _ index: Int) -> UnsafeMutablePointer<Element> {
        let found = tree.ownChunk(at: index).node.elements(as: Element.self)
        places[number] = found
        owned[number] = true
        return found
    }
}

extension PersistentList {
    /// Gives `body` the elements to read and write in any order, for integers and byte vectors.
    ///
    /// Worth it for more than a few elements of a chunk or for many reads. What `body` wrote before it throws stays written.
    @inlinable
    public mutating func withWriter<Result, Failure: Error>(
        _ body: (inout PersistentWriter<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(Element.packing == .basic, "elements with roots of their own are written by the list")
        var writer = takeWriter()
        do throws(Failure) {
            let result = try body(&writer)
            writer.finish(&tree)
            return result
        } catch {
            writer.finish(&tree)
            throw error
        }
    }

    @usableFromInline
    mutating func takeWriter() -> PersistentWriter<Element> { PersistentWriter(taking: &tree) }
}
