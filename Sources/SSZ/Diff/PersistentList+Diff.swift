/// The big lists: numbers by their deltas, records by index and by what changed in them.
extension PersistentList where Element: SSZValue {
    public static var spansVersions: Bool { true }

    public func isSame(as base: PersistentList, _ shape: Shape, in context: ShapeContext) -> Bool { self == base }

    public func recast(_ shape: Shape, in context: ShapeContext) throws(DiffError) -> PersistentList {
        let extent = Extent(shape, in: context)
        try DiffReader.check(UInt64(count), extent)
        var list = self
        list.convert(to: Self.layout(extent))
        return list
    }

    public func writeChanges(
        since base: PersistentList,
        to writer: inout DiffWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        writer.write(count: count)
        if Element.self == UInt64.self {
            writeNumbers(as: UInt64.self, since: base, to: &writer)
        } else if Element.self == UInt8.self {
            writeNumbers(as: UInt8.self, since: base, to: &writer)
        } else {
            writeRecords(since: base, to: &writer, shape, in: context)
        }
    }

    public static func readChanges(
        on base: PersistentList,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) -> PersistentList {
        let extent = Extent(shape, in: context)
        let count = try reader.elementCount(extent)
        var list = base
        list.convert(to: layout(extent))
        if Element.self == UInt64.self {
            try list.readNumbers(as: UInt64.self, count: count, from: &reader, shape, in: context)
        } else if Element.self == UInt8.self {
            try list.readNumbers(as: UInt8.self, count: count, from: &reader, shape, in: context)
        } else {
            try list.readRecords(count: count, from: &reader, shape, in: context)
        }
        return list
    }

    private static func layout(_ extent: Extent) -> PersistentLayout {
        if case .progressive = extent { .progressive } else { .binary }
    }

    private mutating func cut(to count: Int) {
        guard count < self.count else { return }
        var shorter = PersistentList(layout: layout)
        shorter.append(contentsOf: prefix(count))
        self = shorter
    }
}

// MARK: - Numbers: symbols for all that both lists have, then the new ones as they are

extension PersistentList where Element: SSZValue {
    private func writeNumbers<Number: DeltaCoded>(
        as type: Number.Type,
        since base: PersistentList,
        to writer: inout DiffWriter
    ) {
        let kept = Swift.min(count, base.count)
        var runs = RunWriter()
        var next = 0
        forEachChangedStretch(since: base) { first, old, new in
            runs.add(0, count: first - next, to: &writer)
            // The element type is this very type: the caller has asked.
            let old = UnsafeRawBufferPointer(old).assumingMemoryBound(to: Number.self)
            let new = UnsafeRawBufferPointer(new).assumingMemoryBound(to: Number.self)
            for i in 0..<old.count { runs.add(Number.symbol(from: old[i], to: new[i]), to: &writer) }
            next = first + old.count
        }
        runs.add(0, count: kept - next, to: &writer)
        runs.finish(to: &writer)
        if kept < count {
            forEachChunk(from: kept) { _, new in writer.bytes.append(contentsOf: UnsafeRawBufferPointer(new)) }
        }
    }

    private mutating func readNumbers<Number: DeltaCoded>(
        as type: Number.Type,
        count: Int,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) {
        let kept = Swift.min(count, self.count)
        let size = MemoryLayout<Number>.size
        try reader.require(count - kept, of: size)
        cut(to: kept)
        var runs = RunReader(count: kept)
        try updateEachChunk { (_, elements) throws(DiffError) in
            let numbers = UnsafeMutableRawBufferPointer(elements).assumingMemoryBound(to: Number.self)
            return try runs.apply(to: numbers, from: &reader)
        }
        try appendDecoded(count - kept, size: size, from: &reader, shape, in: context)
    }

    /// Appends elements from their encodings; that there are so many bytes has been checked.
    private mutating func appendDecoded(
        _ count: Int,
        size: Int,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) {
        for _ in 0..<count { append(try reader.value(size, shape.element, in: context)) }
    }
}

// MARK: - Records: how many went from the front, which changed, which were appended

extension PersistentList where Element: SSZValue {
    private func writeRecords(
        since base: PersistentList,
        to writer: inout DiffWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        let dropped = droppedFront(of: base)
        let kept = Swift.min(count, base.count - dropped)
        let changed = changedIndices(since: base, dropped: dropped, kept: kept)
        writer.write(count: dropped)
        writer.write(count: changed.count)
        var next = 0
        for i in changed {
            writer.write(count: i - next)
            self[i].writeChanges(since: base[dropped + i], to: &writer, shape.element, in: context)
            next = i + 1
        }
        if kept < count {
            forEachChunk(from: kept) { _, elements in
                for element in elements { element.encode(to: &writer.bytes, shape.element, in: context) }
            }
        }
    }

    /// How many elements a queue has lost at its front: those before the one that is the first now.
    private func droppedFront(of base: PersistentList) -> Int {
        guard let first, let second = base.first else { return base.count }
        if first == second { return 0 }
        var index = 0
        for element in base {
            // Two in a row, where there are two: one alone may be there by chance.
            if element == first, count == 1 || index + 1 == base.count || base[index + 1] == self[1] { return index }
            index += 1
        }
        return 0
    }

    private func changedIndices(since base: PersistentList, dropped: Int, kept: Int) -> [Int] {
        var changed: [Int] = []
        if dropped == 0 {
            forEachChangedStretch(since: base) { first, old, new in
                for i in 0..<old.count where old[i] != new[i] { changed.append(first + i) }
            }
            return changed
        }
        var index = 0
        base.forEachChunk(from: dropped) { _, old in
            for element in old {
                if index < kept, element != self[index] { changed.append(index) }
                index += 1
            }
        }
        return changed
    }

    private mutating func readRecords(
        count: Int,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) {
        // The elements of big lists have a fixed size.
        let size = Swift.max(1, Element.fixedSize(shape.element, in: context) ?? 1)
        let dropped = try reader.count(upTo: self.count)
        let kept = Swift.min(count, self.count - dropped)
        try reader.require(count - kept, of: size)
        removeFirst(dropped)
        cut(to: kept)
        var next = 0
        for _ in 0..<(try reader.count(upTo: kept)) {
            let i = try reader.index(from: next, below: kept)
            do throws(DiffError) {
                self[i] = try Element.readChanges(on: self[i], from: &reader, shape.element, in: context)
            } catch {
                throw error.within("[\(i)]")
            }
            next = i + 1
        }
        try appendDecoded(count - kept, size: size, from: &reader, shape, in: context)
    }
}
