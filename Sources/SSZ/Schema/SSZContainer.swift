public import Hashing

/// A container: named fields in an order that its declaration gives, once, for every version.
public protocol SSZContainer: SSZValue {
    init()

    /// The fields of all versions, in order; a version has those whose `versions` contain it.
    static var fields: [Field<Self>] { get }

    /// The leaf positions where this container is progressive (EIP-7495); `nil` where it is a plain one.
    static func progressiveLayout(version: Int) -> ProgressiveLayout?

    /// Called after decoding, for a container that remembers what it was decoded as.
    mutating func didDecode(in context: ShapeContext)
}

extension SSZContainer {
    public static func progressiveLayout(version: Int) -> ProgressiveLayout? { nil }

    public mutating func didDecode(in context: ShapeContext) {}

    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? {
        context.plan(for: Self.self).fixedSize
    }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> Self {
        try decodeFields(bytes, in: context)
    }

    /// Reads field by field, for types with a way of their own to decode that leaves the rest to this.
    public static func decodeFields(_ bytes: RawSpan, in context: ShapeContext) throws(SSZError) -> Self {
        var value = Self()
        try context.plan(for: Self.self).decode(into: &value, bytes, in: context)
        value.didDecode(in: context)
        return value
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        context.plan(for: Self.self).encode(self, to: &out, in: context)
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 {
        context.plan(for: Self.self).root(self, in: context)
    }

    public static func hashTreeRoots(
        _ values: [Self],
        _ shape: Shape,
        in context: ShapeContext,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    ) {
        context.plan(for: Self.self).roots(values, into: roots, in: context)
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree {
        context.plan(for: Self.self).tree(self, in: context)
    }

    public func proof(of index: GeneralizedIndex, _ shape: Shape, in context: ShapeContext) -> MerkleProof? {
        context.plan(for: Self.self).proof(self, of: index, in: context)
    }

    /// The roots of the fields, in order: the leaves of this container's tree.
    ///
    /// Fields in `known`, by name, are not hashed; their roots are believed.
    public func fieldRoots(in context: ShapeContext, known: [String: Bytes32] = [:]) -> [Bytes32] {
        context.plan(for: Self.self).fieldRoots(self, known, in: context)
    }

    /// The root of a container whose fields have these roots, as `fieldRoots` gives them.
    public static func root(ofFields roots: [Bytes32], in context: ShapeContext) -> Bytes32 {
        context.plan(for: Self.self).root(ofFields: roots)
    }

    /// Where a field's root stands among the roots of the fields; `nil` where this version has no such field.
    public static func position(ofField name: String, in context: ShapeContext) -> Int? {
        context.plan(for: Self.self).entries.firstIndex { $0.name == name }
    }
}

/// Which leaves of a progressive container are in use (EIP-7495).
public struct ProgressiveLayout: Hashable, Sendable {
    /// One flag a leaf: `true` where a field stands, `false` where one was removed.
    public let active: [Bool]

    public init(active: [Bool]) { self.active = active }

    /// `width` leaves, all in use but `gaps`.
    public init(width: Int, gaps: Set<Int> = []) {
        active = (0..<width).map { !gaps.contains($0) }
    }

    /// The fields' roots with a zero leaf in every gap.
    func leaves(ofFields roots: [Bytes32]) -> [Bytes32] {
        var rest = roots[...]
        return active.map { $0 ? rest.popFirst() ?? .zero : .zero }
    }

    /// The field that stands at a leaf; `nil` for a gap and behind the last one.
    func field(atLeaf leaf: Int) -> Int? {
        guard active.indices.contains(leaf), active[leaf] else { return nil }
        return active[..<leaf].count { $0 }
    }

    func root(ofFields roots: [Bytes32]) -> Bytes32 {
        let root = leaves(ofFields: roots).withUnsafeBufferPointer { Merkle.progressiveRoot($0) }
        return Merkle.mixInActiveFields(root, active)
    }

    func generalizedIndex(ofField position: Int) -> UInt64? {
        var seen = 0
        for (leaf, used) in active.enumerated() where used {
            if seen == position { return Merkle.progressiveLeafIndex(leaf) }
            seen += 1
        }
        return nil
    }
}
