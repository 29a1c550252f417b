extension PersistentList {
    /// Calls `body` with each chunk's first index and elements, in order.
    @inlinable
    public func forEachChunk<Failure: Error>(
        from first: Int = 0,
        _ body: (_ firstIndex: Int, _ elements: UnsafeBufferPointer<Element>) throws(Failure) -> Void
    ) throws(Failure) {
        var index = first
        while index < tree.count {
            let (chunk, start) = tree.flatChunk(at: index)
            let elements = UnsafeBufferPointer(
                start: chunk.elements(as: Element.self) + (index - start),
                count: chunk.count - (index - start)
            )
            try withExtendedLifetime(chunk) { () throws(Failure) in try body(index, elements) }
            index = start + chunk.count
        }
    }

    /// Calls `body` with each chunk's first index and elements to change; `body` says whether it changed any.
    ///
    /// A chunk left as it was keeps its root and stays shared with other lists. A chunk for which `body` returns
    /// false, or throws, keeps its old elements, whatever was written. Of composite elements only those that
    /// differ afterwards are hashed again.
    @inlinable
    public mutating func updateEachChunk<Failure: Error>(
        _ body: (_ firstIndex: Int, _ elements: UnsafeMutableBufferPointer<Element>) throws(Failure) -> Bool
    ) throws(Failure) {
        var spare: PersistentNode?
        var index = 0
        while index < tree.count {
            let (chunk, start) = tree.chunk(at: index)
            let draft = tree.draft(of: chunk, reusing: &spare)
            let old = chunk.elements(as: Element.self)
            let new = draft.elements(as: Element.self)
            if try body(start, UnsafeMutableBufferPointer(start: new, count: chunk.count)) {
                if Element.packing == .composite {
                    for i in 0..<chunk.count where old[i] != new[i] { draft.markStale(i..<i + 1) }
                }
                tree.replaceChunk(at: index, with: draft)
            } else {
                spare = draft
            }
            index = start + chunk.count
        }
    }
}

extension PersistentList where Element: BitwiseCopyable {
    /// Takes elements from their encoding where that is their memory; `nil` when the bytes are no multiple of its size.
    ///
    /// Right for integers and byte vectors, not for containers.
    public init?(decodingPacked bytes: UnsafeRawBufferPointer, layout: PersistentLayout = .binary) {
        guard bytes.count % MemoryLayout<Element>.stride == 0 else { return nil }
        self.init(layout: layout)
        var rest = bytes
        while let source = rest.baseAddress, !rest.isEmpty {
            let chunk = tree.openTail()
            let step = Swift.min(chunk.capacity - chunk.count, rest.count / MemoryLayout<Element>.stride)
            let byteCount = step * MemoryLayout<Element>.stride
            UnsafeMutableRawPointer(chunk.elements(as: Element.self) + chunk.count)
                .copyMemory(from: source, byteCount: byteCount)
            tree.closeTail(chunk, end: chunk.count + step)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(byteCount))
        }
    }

    /// Calls `body` with the memory of each chunk's elements, in order: the encoding of integers and byte vectors.
    public func forEachPackedChunk<Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try forEachChunk { (_, elements) throws(Failure) in try body(UnsafeRawBufferPointer(elements)) }
    }
}
