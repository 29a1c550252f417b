internal import Hashing

/// The fields that a container has in one context, with sizes and offsets worked out.
public final class ContainerPlan<Container: SSZContainer>: Sendable {
    struct Entry: Sendable {
        let name: String
        let shape: Shape
        /// Where the field, or its offset, starts in the fixed part.
        let start: Int
        /// Bytes of the field; `nil` when it stands behind the fixed part.
        let size: Int?
        let codec: FieldCodec<Container>
    }

    let entries: [Entry]
    let fixedPartSize: Int
    /// Bytes of every value; `nil` where a field varies.
    let fixedSize: Int?
    /// Positions of the fields among a progressive container's leaves; `nil` in a plain container.
    let progressive: ProgressiveLayout?

    init(in context: ShapeContext) {
        var entries: [Entry] = []
        var at = 0
        var varies = false
        for field in Container.fields where field.versions.contains(context.version) {
            let shape = field.shape.resolved(in: context)
            let size = field.codec.fixedSize(shape, in: context)
            entries.append(Entry(name: field.name, shape: shape, start: at, size: size, codec: field.codec))
            at += size ?? 4
            if size == nil { varies = true }
        }
        self.entries = entries
        fixedPartSize = at
        fixedSize = varies ? nil : at
        progressive = Container.progressiveLayout(version: context.version)
    }

    /// The names of the fields, in order.
    public var fieldNames: [String] { entries.map(\.name) }

    /// The generalized index of a field's root, or `nil` where this fork has no such field.
    public func generalizedIndex(of name: String) -> UInt64? {
        guard let position = entries.firstIndex(where: { $0.name == name }) else { return nil }
        if let progressive { return progressive.generalizedIndex(ofField: position) }
        var width: UInt64 = 1
        while width < UInt64(entries.count) { width *= 2 }
        return width + UInt64(position)
    }

    func decode(into container: inout Container, _ bytes: RawSpan, in context: ShapeContext) throws(SSZError) {
        let total = bytes.byteCount
        if let fixedSize, total != fixedSize {
            throw SSZError(.length(expected: UInt64(fixedSize), got: UInt64(total)))
        }
        guard total >= fixedPartSize else {
            throw SSZError(.tooShort(minimum: UInt64(fixedPartSize), got: UInt64(total)))
        }
        let ends = try variableEnds(bytes)
        var nextVariable = 0
        for entry in entries {
            let range: Range<Int>
            if let size = entry.size {
                range = entry.start..<entry.start + size
            } else {
                range = ends[nextVariable]..<ends[nextVariable + 1]
                nextVariable += 1
            }
            do throws(SSZError) {
                try entry.codec.decode(into: &container, bytes.extracting(range), entry.shape, in: context)
            } catch {
                throw error.within(entry.name, at: range.lowerBound)
            }
        }
    }

    /// Where each variable field starts, and the end of the last: offsets checked to leave no gap and never to go back.
    private func variableEnds(_ bytes: RawSpan) throws(SSZError) -> [Int] {
        if fixedSize != nil { return [] }
        let total = bytes.byteCount
        var ends: [Int] = []
        var previous = fixedPartSize
        for entry in entries where entry.size == nil {
            let offset = Int(bytes.offset(at: entry.start))
            // The first must point right behind the fixed part; each later one at or behind the one before.
            let upper = ends.isEmpty ? fixedPartSize : total
            guard offset >= previous, offset <= upper else {
                throw SSZError(
                    .badOffset(expected: UInt64(previous)...UInt64(upper), got: UInt64(offset)),
                    path: [entry.name],
                    offset: entry.start
                )
            }
            ends.append(offset)
            previous = offset
        }
        ends.append(total)
        return ends
    }

    func encode(_ container: Container, to out: inout [UInt8], in context: ShapeContext) {
        let start = out.count
        for entry in entries {
            if entry.size != nil {
                entry.codec.encode(container, to: &out, entry.shape, in: context)
            } else {
                out.append(contentsOf: repeatElement(0, count: 4))
            }
        }
        for entry in entries where entry.size == nil {
            out.storeOffset(UInt32(truncatingIfNeeded: out.count - start), at: start + entry.start)
            entry.codec.encode(container, to: &out, entry.shape, in: context)
        }
    }

    func fieldRoots(
        _ container: Container,
        _ known: [String: Bytes32] = [:],
        in context: ShapeContext
    ) -> [Bytes32] {
        if known.isEmpty { return entries.map { $0.codec.root(container, $0.shape, in: context) } }
        return entries.map { known[$0.name] ?? $0.codec.root(container, $0.shape, in: context) }
    }

    func root(_ container: Container, in context: ShapeContext) -> Bytes32 {
        root(ofFields: fieldRoots(container, in: context))
    }

    /// The roots of many: of one field's values together, field by field, then of the trees above them.
    func roots(
        _ containers: [Container],
        into roots: UnsafeMutableBufferPointer<Bytes32>,
        in context: ShapeContext
    ) {
        let most = 64
        guard progressive == nil, containers.count > 2 else {
            for (i, container) in containers.enumerated() {
                roots.initializeElement(at: i, to: root(container, in: context))
            }
            return
        }
        let depth = Merkle.depth(of: UInt64(entries.count))
        for start in stride(from: 0, to: containers.count, by: most) {
            let end = min(start + most, containers.count)
            let part = end - start == containers.count ? containers : Array(containers[start..<end])
            Merkle.roots(ofTreesOfDepth: depth, into: UnsafeMutableBufferPointer(rebasing: roots[start..<end])) {
                leaves in
                withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: part.count) { column in
                    for (position, entry) in entries.enumerated() {
                        entry.codec.roots(part, into: column, entry.shape, in: context)
                        for i in 0..<part.count { leaves[i << depth + position] = column[i] }
                    }
                }
            }
        }
    }

    func root(ofFields roots: [Bytes32]) -> Bytes32 {
        if let progressive { return progressive.root(ofFields: roots) }
        return roots.withUnsafeBufferPointer { Merkle.root($0, limit: nil) }
    }

    func tree(_ container: Container, in context: ShapeContext) -> ValueTree {
        .object(
            entries.map { .init(name: $0.name, value: $0.codec.tree(container, $0.shape, in: context)) }
        )
    }
}
