internal import Hashing

/// One field of a container: its spec name, where it lies in the Swift value, its shape, and the versions that have it.
///
/// A container's `fields` are its only declaration: codec, hashing and JSON follow from them.
public struct Field<Container: Sendable>: Sendable {
    public let name: String
    public let shape: Shape
    /// The versions (ordinals of forks) whose container has this field.
    public let versions: Range<Int>
    let codec: FieldCodec<Container>

    public init<Value: SSZValue>(
        _ name: String,
        _ path: any WritableKeyPath<Container, Value> & Sendable,
        _ shape: Shape = .plain,
        versions: Range<Int>
    ) {
        self.name = name
        self.shape = shape
        self.versions = versions
        codec = PathCodec(path: path)
    }
}

/// What can be done with a field of a container without knowing the field's type.
class FieldCodec<Container: Sendable>: @unchecked Sendable /* has no stored state; its one subclass is immutable */ {
    func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? { nil }
    func decode(
        into container: inout Container,
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) {}
    func encode(_ container: Container, to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {}
    func root(_ container: Container, _ shape: Shape, in context: ShapeContext) -> Bytes32 { .zero }
    /// The field's root in each container, into memory that need not be initialized.
    func roots(
        _ containers: [Container],
        into roots: UnsafeMutableBufferPointer<Bytes32>,
        _ shape: Shape,
        in context: ShapeContext
    ) {}
    func tree(_ container: Container, _ shape: Shape, in context: ShapeContext) -> ValueTree { .list([]) }
    func writeJSON(
        _ container: Container,
        to writer: inout JSONWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {}
    func readJSON(
        into container: inout Container,
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) {}
    func compare(
        _ a: Container,
        _ b: Container,
        _ differences: inout Differences,
        _ shape: Shape,
        in context: ShapeContext
    ) {}
    func proof(
        _ container: Container,
        of index: GeneralizedIndex,
        _ shape: Shape,
        in context: ShapeContext
    ) -> MerkleProof? { nil }

    /// Whether values of the field have memory beside their own.
    var holdsMemory: Bool { false }
    /// Counts that memory.
    func account(_ container: Container, in memory: inout SharedMemory, _ change: SharedMemory.Change) {}

    // Differences: `source` is the field of the base that the value is held against, this one or another of its type.

    var spansVersions: Bool { false }
    func accepts(_ source: FieldCodec) -> Bool { false }
    func isSame(
        _ new: Container,
        as base: Container,
        at source: FieldCodec,
        _ shape: Shape,
        in context: ShapeContext
    ) -> Bool { false }
    func writeChanges(
        of new: Container,
        since base: Container,
        at source: FieldCodec,
        to writer: inout DiffWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {}
    func readChanges(
        into container: inout Container,
        on base: Container,
        at source: FieldCodec,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) {}
    func recast(
        into container: inout Container,
        from base: Container,
        at source: FieldCodec,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) {}
}

/// A field reached through a key path.
private final class PathCodec<Container: Sendable, Value: SSZValue>: FieldCodec<Container>,
    @unchecked Sendable /* only an immutable, Sendable key path */
{
    let path: any WritableKeyPath<Container, Value> & Sendable
    /// Known once: a container's answer is that of its fields, and theirs.
    private let valuesHoldMemory = Value.holdsMemory

    init(path: any WritableKeyPath<Container, Value> & Sendable) { self.path = path }

    override func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? {
        Value.fixedSize(shape, in: context)
    }

    override func decode(
        into container: inout Container,
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) {
        container[keyPath: path] = try Value.decode(bytes, shape, in: context)
    }

    override func encode(_ container: Container, to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        container[keyPath: path].encode(to: &out, shape, in: context)
    }

    override func root(_ container: Container, _ shape: Shape, in context: ShapeContext) -> Bytes32 {
        container[keyPath: path].hashTreeRoot(shape, in: context)
    }

    override func roots(
        _ containers: [Container],
        into roots: UnsafeMutableBufferPointer<Bytes32>,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        Value.hashTreeRoots(containers.map { $0[keyPath: path] }, shape, in: context, into: roots)
    }

    override func tree(_ container: Container, _ shape: Shape, in context: ShapeContext) -> ValueTree {
        container[keyPath: path].tree(shape, in: context)
    }

    override func writeJSON(
        _ container: Container,
        to writer: inout JSONWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        container[keyPath: path].writeJSON(to: &writer, shape, in: context)
    }

    override func readJSON(
        into container: inout Container,
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) {
        container[keyPath: path] = try Value.readJSON(&reader, shape, in: context)
    }

    override func compare(
        _ a: Container,
        _ b: Container,
        _ differences: inout Differences,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        a[keyPath: path].compare(b[keyPath: path], &differences, shape, in: context)
    }

    override func proof(
        _ container: Container,
        of index: GeneralizedIndex,
        _ shape: Shape,
        in context: ShapeContext
    ) -> MerkleProof? {
        container[keyPath: path].proof(of: index, shape, in: context)
    }

    override var holdsMemory: Bool { valuesHoldMemory }

    override func account(_ container: Container, in memory: inout SharedMemory, _ change: SharedMemory.Change) {
        container[keyPath: path].account(in: &memory, change)
    }

    private func path(of source: FieldCodec<Container>) -> (any WritableKeyPath<Container, Value> & Sendable)? {
        (source as? PathCodec)?.path
    }

    override var spansVersions: Bool { Value.spansVersions }

    override func accepts(_ source: FieldCodec<Container>) -> Bool { source is PathCodec }

    override func isSame(
        _ new: Container,
        as base: Container,
        at source: FieldCodec<Container>,
        _ shape: Shape,
        in context: ShapeContext
    ) -> Bool {
        guard let from = self.path(of: source) else { return false }
        return new[keyPath: path].isSame(as: base[keyPath: from], shape, in: context)
    }

    override func writeChanges(
        of new: Container,
        since base: Container,
        at source: FieldCodec<Container>,
        to writer: inout DiffWriter,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        guard let from = self.path(of: source) else { return }
        new[keyPath: path].writeChanges(since: base[keyPath: from], to: &writer, shape, in: context)
    }

    override func readChanges(
        into container: inout Container,
        on base: Container,
        at source: FieldCodec<Container>,
        from reader: inout DiffReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) {
        guard let from = self.path(of: source) else { return }
        container[keyPath: path] = try Value.readChanges(on: base[keyPath: from], from: &reader, shape, in: context)
    }

    override func recast(
        into container: inout Container,
        from base: Container,
        at source: FieldCodec<Container>,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(DiffError) {
        guard let from = self.path(of: source) else { return }
        container[keyPath: path] = try base[keyPath: from].recast(shape, in: context)
    }
}
