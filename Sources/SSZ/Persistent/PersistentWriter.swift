/// The elements of a packed list, to be read and written one by one in any order; see `PersistentList.withWriter`.
///
/// A table of chunks takes the place of the walk down the tree: the first touch of a chunk costs that walk, the first
/// write to it the copy that the list would make too, and all others next to nothing. Bytes are written in a flat
/// buffer, and put back into the tree in the end, two in a byte where that is possible.
public struct PersistentWriter<Element: PersistentElement>: ~Copyable {
    @usableFromInline var tree: PersistentTree
    @usableFromInline let layout: PersistentLayout
    /// Where the elements of each chunk lie, once it was touched.
    @usableFromInline let places: UnsafeMutablePointer<UnsafeMutablePointer<Element>?>
    /// Which chunks were written to: those of bytes in the buffer, all others in the tree, where they are its own.
    @usableFromInline let written: UnsafeMutablePointer<Bool>
    private let chunks: Int
    /// Room for all chunks of bytes, one after the other; `nil` for larger elements.
    private let buffer: UnsafeMutableRawPointer?
    public let count: Int

    /// Takes the tree out of a list.
    init(taking list: inout PersistentTree) {
        tree = PersistentTree(list.layout, list.format)
        layout = list.layout
        count = list.count
        chunks = list.chunkCount
        places = .allocate(capacity: chunks)
        places.initialize(repeating: nil, count: chunks)
        written = .allocate(capacity: chunks)
        written.initialize(repeating: false, count: chunks)
        buffer =
            MemoryLayout<Element>.size == 1 && chunks > 0
            ? .allocate(byteCount: chunks << list.format.chunkShift, alignment: 64) : nil
        swap(&tree, &list)
    }

    deinit {
        places.deallocate()
        written.deallocate()
        buffer?.deallocate()
    }

    /// Gives the tree back to the list, with what was written.
    @usableFromInline
    mutating func finish(_ list: inout PersistentTree) {
        if let buffer {
            for number in 0..<chunks where written[number] {
                let start = tree.start(ofChunk: number)
                let old = tree.chunk(at: start).node
                let bytes = (buffer + number << tree.format.chunkShift).assumingMemoryBound(to: UInt8.self)
                tree.replaceChunk(
                    at: start,
                    with: .chunk(ofBytes: bytes, count: old.count, capacity: old.capacity, tree.format)
                )
            }
        }
        swap(&tree, &list)
    }

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
            if !written[number] { chunk = open(number, index) }
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
        let chunk = tree.chunk(at: index).node
        let found: UnsafeMutablePointer<Element>
        if let buffer {
            let place = buffer + number << tree.format.chunkShift
            chunk.writeFlat(to: place, byteCount: chunk.capacity)
            found = place.assumingMemoryBound(to: Element.self)
        } else {
            found = chunk.elements(as: Element.self)
        }
        places[number] = found
        return found
    }

    @usableFromInline
    @inline(never)
    mutating func open(_ number: Int, _ index: Int) -> UnsafeMutablePointer<Element> {
        written[number] = true
        if buffer == nil { places[number] = tree.ownChunk(at: index).node.elements(as: Element.self) }
        return elements(number, index)
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
