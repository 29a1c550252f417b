// How the parts of a value are written against an older one. What a type does follows from its shape alone: the whole
// encoding, unless a type below knows better.

extension SSZValue {
    public static var spansVersions: Bool { false }

    public func isSame(as base: Self, _ shape: Shape, in context: ShapeContext) -> Bool {
        encoded(shape, in: context) == base.encoded(shape, in: context)
    }

    public func writeChanges(
        since base: Self,
        to writer: inout DiffWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        if Self.fixedSize(shape, in: context) != nil { return encode(to: &writer.bytes, shape, in: context) }
        let bytes = encoded(shape, in: context)
        writer.write(count: bytes.count)
        writer.bytes.append(contentsOf: bytes)
    }

    public static func readChanges(
        on base: Self,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) -> Self {
        let size = try reader.size(Self.fixedSize(shape, in: context))
        return try reader.value(size, shape, in: context)
    }

    public func recast(_ shape: Shape, in context: ShapeContext) throws(DiffError) -> Self { self }
}

/// Containers: one bit a field, lowest first, then the changes of the fields whose bit is set.
extension SSZContainer {
    public func writeChanges(
        since base: Self,
        to writer: inout DiffWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        context.plan(for: Self.self).writeChanges(of: self, since: base, to: &writer, in: context)
    }

    public static func readChanges(
        on base: Self,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) -> Self {
        try context.plan(for: Self.self).readChanges(on: base, from: &reader, in: context)
    }
}

extension ContainerPlan {
    fileprivate func writeChanges(
        of new: Container,
        since base: Container,
        to writer: inout DiffWriter,
        in context: ShapeContext
    ) {
        let start = writer.bytes.count
        writer.bytes.append(contentsOf: repeatElement(0, count: (entries.count + 7) / 8))
        for (i, entry) in entries.enumerated() {
            let codec = entry.codec
            if codec.isSame(new, as: base, at: codec, entry.shape, in: context) { continue }
            writer.bytes[start + i / 8] |= 1 << UInt8(i % 8)
            codec.writeChanges(of: new, since: base, at: codec, to: &writer, entry.shape, in: context)
        }
    }

    fileprivate func readChanges(
        on base: Container,
        from reader: inout DiffReader,
        in context: ShapeContext
    ) throws(DiffError) -> Container {
        var marks: [UInt8] = []
        try reader.copy((entries.count + 7) / 8, to: &marks)
        if entries.count % 8 != 0, let last = marks.last, last >> UInt8(entries.count % 8) != 0 {
            throw DiffError(.mark(got: last))
        }
        var value = base
        for i in entries.indices where marks[i / 8] >> UInt8(i % 8) & 1 == 1 {
            try readChange(of: entries[i], into: &value, on: base, from: &reader, in: context)
        }
        return value
    }

    private func readChange(
        of entry: Entry,
        into value: inout Container,
        on base: Container,
        from reader: inout DiffReader,
        in context: ShapeContext
    ) throws(DiffError) {
        do throws(DiffError) {
            try entry.codec
                .readChanges(into: &value, on: base, at: entry.codec, from: &reader, entry.shape, in: context)
        } catch {
            throw error.within(entry.name)
        }
    }
}

/// Small lists and vectors: how many elements went from the front, which changed, which were appended.
extension Array where Element: SSZValue {
    /// Shorter elements are written whole.
    private static var leastSize: Int { 8 }

    public func writeChanges(
        since base: [Element],
        to writer: inout DiffWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        let bytes = encoded(shape, in: context)
        guard let size = Element.fixedSize(shape.element, in: context), size >= Self.leastSize else {
            if Self.fixedSize(shape, in: context) == nil { writer.write(count: bytes.count) }
            writer.bytes.append(contentsOf: bytes)
            return
        }
        let old = base.encoded(shape, in: context)
        func new(_ i: Int) -> ArraySlice<UInt8> { bytes[i * size..<(i + 1) * size] }
        func before(_ i: Int) -> ArraySlice<UInt8> { old[i * size..<(i + 1) * size] }
        let (count, oldCount) = (bytes.count / size, old.count / size)
        let dropped = count == 0 ? oldCount : (0..<oldCount).first { before($0) == new(0) } ?? 0
        let kept = Swift.min(oldCount - dropped, count)
        let changed = (0..<kept).filter { before(dropped + $0) != new($0) }
        writer.write(count: count)
        writer.write(count: dropped)
        writer.write(count: changed.count)
        var next = 0
        for i in changed {
            writer.write(count: i - next)
            writer.bytes.append(contentsOf: new(i))
            next = i + 1
        }
        writer.bytes.append(contentsOf: bytes[(kept * size)...])
    }

    public static func readChanges(
        on base: [Element],
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) -> [Element] {
        guard let size = Element.fixedSize(shape.element, in: context), size >= leastSize else {
            let size = try reader.size(fixedSize(shape, in: context))
            return try reader.value(size, shape, in: context)
        }
        let old = base.encoded(shape, in: context)
        let oldCount = old.count / size
        let count = try reader.elementCount(Extent(shape, in: context))
        let dropped = try reader.count(upTo: oldCount)
        let kept = Swift.min(oldCount - dropped, count)
        try reader.require(count - kept, of: size)
        var bytes = [UInt8](old[dropped * size..<(dropped + kept) * size])
        var next = 0
        for _ in 0..<(try reader.count(upTo: kept)) {
            let i = try reader.index(from: next, below: kept)
            var part = try reader.part(size)
            var element: [UInt8] = []
            try part.copy(size, to: &element)
            bytes.replaceSubrange(i * size..<(i + 1) * size, with: element)
            next = i + 1
        }
        try reader.copy((count - kept) * size, to: &bytes)
        do throws(SSZError) {
            return try decode(bytes, shape, in: context)
        } catch {
            throw DiffError(.value(error))
        }
    }

    public func recast(_ shape: Shape, in context: ShapeContext) throws(DiffError) -> [Element] {
        try DiffReader.check(UInt64(count), Extent(shape, in: context))
        return self
    }
}

extension DiffReader {
    /// The bytes of a value: those of its type, or as many as stand before it.
    fileprivate mutating func size(_ fixed: Int?) throws(DiffError) -> Int {
        if let fixed { return fixed }
        return try count(upTo: remaining)
    }

    /// The number of elements of a list or vector, checked against its type.
    mutating func elementCount(_ extent: Extent) throws(DiffError) -> Int {
        let got = try number()
        try Self.check(got, extent)
        guard let count = Int(exactly: got) else { throw DiffError(.outOfRange(limit: UInt64(Int.max), got: got)) }
        return count
    }

    static func check(_ count: UInt64, _ extent: Extent) throws(DiffError) {
        do throws(SSZError) {
            try extent.check(count)
        } catch {
            throw DiffError(.value(error))
        }
    }

    /// An index written as its distance from the first one possible.
    mutating func index(from next: Int, below end: Int) throws(DiffError) -> Int {
        let gap = try number()
        guard gap < UInt64(end - next) else {
            throw DiffError(.outOfRange(limit: UInt64(end), got: UInt64(next) &+ gap))
        }
        return next + Int(gap)
    }
}
