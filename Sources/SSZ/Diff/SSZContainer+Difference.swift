// A whole container against an older one, perhaps of an earlier version: field by field, each with a mark.

/// What a field's value is made from.
///
/// DO NOT CHANGE these values: they are embedded in stored differences.
private enum FieldMark: UInt8 {
    /// The base's field as it is.
    case same = 0
    /// The base's field that this one follows, as it is.
    case moved = 1
    /// Changes of the base's field: their length in bytes, then the changes.
    case changed = 2
    /// Changes of the base's field that this one follows.
    case movedAndChanged = 3
    /// The encoding, its length before it: the base has no such field, or one of another shape.
    case whole = 4
}

extension SSZContainer {
    /// Appends what makes this value of `base`, a value of version `baseVersion`.
    public func writeDifference(
        from base: Self,
        version baseVersion: Int,
        to writer: inout DiffWriter,
        in context: ShapeContext
    ) {
        let sources = Sources(base, version: baseVersion, spans: baseVersion != context.version)
        for entry in context.plan(for: Self.self).entries { write(entry, sources, to: &writer, in: context) }
    }

    private func write(
        _ entry: ContainerPlan<Self>.Entry,
        _ sources: Sources<Self>,
        to writer: inout DiffWriter,
        in context: ShapeContext
    ) {
        let (codec, shape) = (entry.codec, entry.shape)
        let own = sources.codec(of: entry.name)
        let followed = FieldRotation.source(of: entry.name).flatMap { sources.codec(of: $0) }
        let moved = followed.flatMap { codec.accepts($0) ? $0 : nil }
        if let own, codec.isSame(self, as: sources.base, at: own, shape, in: context) {
            return writer.bytes.append(FieldMark.same.rawValue)
        }
        if let moved, codec.isSame(self, as: sources.base, at: moved, shape, in: context) {
            return writer.bytes.append(FieldMark.moved.rawValue)
        }
        var best: (mark: FieldMark, bytes: [UInt8])?
        for (mark, source) in [(FieldMark.changed, own), (.movedAndChanged, moved)] {
            guard let source else { continue }
            var part = DiffWriter()
            codec.writeChanges(of: self, since: sources.base, at: source, to: &part, shape, in: context)
            if best.map({ part.bytes.count < $0.bytes.count }) ?? true { best = (mark, part.bytes) }
        }
        if best == nil {
            var encoding: [UInt8] = []
            codec.encode(self, to: &encoding, shape, in: context)
            best = (.whole, encoding)
        }
        guard let best else { return }
        writer.bytes.append(best.mark.rawValue)
        writer.write(count: best.bytes.count)
        writer.bytes.append(contentsOf: best.bytes)
    }

    /// Reads what `writeDifference` has written, to the end of the bytes.
    ///
    /// Trusts nothing: whatever the bytes are, this is a value of its type or an error. Whether it is the right value
    /// only its root tells.
    public static func readDifference(
        on base: Self,
        version baseVersion: Int,
        from reader: inout DiffReader,
        in context: ShapeContext
    ) throws(DiffError) -> Self {
        let sources = Sources(base, version: baseVersion, spans: baseVersion != context.version)
        var value = Self()
        for entry in context.plan(for: Self.self).entries {
            do throws(DiffError) {
                try read(entry, into: &value, sources, from: &reader, in: context)
            } catch {
                throw error.within(entry.name)
            }
        }
        try reader.finish()
        value.didDecode(in: context)
        return value
    }

    private static func read(
        _ entry: ContainerPlan<Self>.Entry,
        into value: inout Self,
        _ sources: Sources<Self>,
        from reader: inout DiffReader,
        in context: ShapeContext
    ) throws(DiffError) {
        let byte = try reader.byte()
        guard let mark = FieldMark(rawValue: byte) else { throw DiffError(.mark(got: byte)) }
        let (codec, shape) = (entry.codec, entry.shape)
        if mark == .whole {
            let count = try reader.count(upTo: reader.remaining)
            return try reader.read(count) { bytes throws(SSZError) in
                try codec.decode(into: &value, bytes, shape, in: context)
            }
        }
        let isMoved = mark == .moved || mark == .movedAndChanged
        let name = isMoved ? FieldRotation.source(of: entry.name) : entry.name
        guard let source = name.flatMap({ sources.codec(of: $0) }), codec.accepts(source) else {
            throw DiffError(.mark(got: byte))
        }
        if mark == .same || mark == .moved {
            return try codec.recast(into: &value, from: sources.base, at: source, shape, in: context)
        }
        var part = try reader.part(reader.count(upTo: reader.remaining))
        try codec.readChanges(into: &value, on: sources.base, at: source, from: &part, shape, in: context)
        try part.finish()
    }
}

/// The fields of a base that a value can be held against.
///
/// None that its version does not have, and across versions only what spans them: the default of an absent field, or a
/// value of another fork's shape, must never be encoded, for it is no value of the shape it would be encoded by.
private struct Sources<Container: SSZContainer> {
    let base: Container
    private let codecs: [String: FieldCodec<Container>]

    init(_ base: Container, version: Int, spans: Bool) {
        self.base = base
        let fields = Container.fields.filter { $0.versions.contains(version) && (!spans || $0.codec.spansVersions) }
        codecs = Dictionary(fields.map { ($0.name, $0.codec) }) { first, _ in first }
    }

    func codec(of name: String) -> FieldCodec<Container>? { codecs[name] }
}

/// Which field's value an end of epoch (or of a sync committee's period) moves to which: their names say it.
private enum FieldRotation {
    static func source(of name: String) -> String? {
        for (to, from) in [("previous_", "current_"), ("current_", "next_")] where name.hasPrefix(to) {
            return from + name.dropFirst(to.count)
        }
        return nil
    }
}
