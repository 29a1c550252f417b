public import Hashing

/// A value with an SSZ encoding and a hash tree root.
///
/// The Swift type and a `Shape` together make the SSZ type; containers take the shapes of their fields from
/// their declaration. Decoding is strict: every byte is accounted for or an `SSZError` says which was not.
public protocol SSZValue: Sendable {
    /// The number of bytes of every value of this shape; `nil` where it varies.
    static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int?

    /// Reads a value that takes up all of `bytes`.
    static func decode(_ bytes: RawSpan, _ shape: Shape, in context: ShapeContext) throws(SSZError) -> Self

    /// Appends the encoding to `out`.
    func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext)

    func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32

    /// Writes the root of each value; worth writing by hand where many small trees can be hashed side by side.
    ///
    /// Both have the same count. The roots' memory need not be initialized.
    static func hashTreeRoots(
        _ values: [Self],
        _ shape: Shape,
        in context: ShapeContext,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    )

    /// The value as a tree of names, numbers and bytes, for JSON and for comparing.
    func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree

    /// Writes the value as the Beacon API spells it, piece by piece.
    func writeJSON(to writer: inout JSONWriter, _ shape: Shape, in context: ShapeContext)

    /// Reads what `writeJSON` writes, and nothing else.
    static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> Self

    /// Adds the places in which `other` differs.
    func compare(_ other: Self, _ differences: inout Differences, _ shape: Shape, in context: ShapeContext)

    /// The node at `index` of the value's tree, and its branch; `nil` where there is none to be had.
    func proof(of index: GeneralizedIndex, _ shape: Shape, in context: ShapeContext) -> MerkleProof?

    /// Whether a value may be written against one of another version: only what never encodes its base may.
    static var spansVersions: Bool { get }

    /// Whether a difference from `base` would say nothing.
    func isSame(as base: Self, _ shape: Shape, in context: ShapeContext) -> Bool

    /// Appends what makes this value of `base`, which may be of another shape.
    func writeChanges(since base: Self, to writer: inout DiffWriter, _ shape: Shape, in context: ShapeContext)

    /// Reads what `writeChanges` writes; whatever the bytes are, the value is one of this shape.
    static func readChanges(
        on base: Self,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) -> Self

    /// The same value under this shape; throws where it is none.
    func recast(_ shape: Shape, in context: ShapeContext) throws(DiffError) -> Self

    /// Whether values have memory beside their own: lists, bits, and containers of such.
    static var holdsMemory: Bool { get }

    /// Counts the memory that a value has beside its own.
    func account(in memory: inout SharedMemory, _ change: SharedMemory.Change)

    /// The same for each element of an array.
    static func account(_ values: [Self], in memory: inout SharedMemory, _ change: SharedMemory.Change)

    /// How arrays of this type may be handled in bulk.
    static var bulk: SSZBulk { get }

    /// Throws where `bytes`, a packed run of elements, hold a pattern that is no value.
    static func validatePacked(_ bytes: RawSpan) throws(SSZError)
}

/// How elements lie in memory and in Merkle leaves.
public enum SSZBulk: Sendable {
    /// A basic type: memory is the encoding, and several share a leaf.
    case basic
    /// Memory is the encoding, but each element has a root of its own.
    case bitwise
    /// Elements are coded one by one.
    case none
}

extension SSZValue {
    public static var bulk: SSZBulk { .none }

    public static func validatePacked(_ bytes: RawSpan) throws(SSZError) {}

    public static func hashTreeRoots(
        _ values: [Self],
        _ shape: Shape,
        in context: ShapeContext,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    ) {
        for (i, value) in values.enumerated() {
            roots.initializeElement(at: i, to: value.hashTreeRoot(shape, in: context))
        }
    }

    /// Reads a value that takes up all of `bytes`.
    public static func decode(
        _ bytes: [UInt8],
        _ shape: Shape = .plain,
        in context: ShapeContext
    ) throws(SSZError) -> Self {
        try decode(bytes.span.bytes, shape, in: context)
    }

    public func encoded(_ shape: Shape = .plain, in context: ShapeContext) -> [UInt8] {
        var out: [UInt8] = []
        encode(to: &out, shape, in: context)
        return out
    }

    public func hashTreeRoot(in context: ShapeContext) -> Bytes32 {
        hashTreeRoot(.plain, in: context)
    }

    public func tree(in context: ShapeContext) -> ValueTree {
        tree(.plain, in: context)
    }
}

/// A value as data: what JSON shows and what a comparison walks.
public indirect enum ValueTree: Hashable, Sendable {
    case number(String)
    case bool(Bool)
    case bytes([UInt8])
    case list([ValueTree])
    case object([Entry])

    public struct Entry: Hashable, Sendable {
        public var name: String
        public var value: ValueTree

        public init(name: String, value: ValueTree) {
            self.name = name
            self.value = value
        }
    }
}
