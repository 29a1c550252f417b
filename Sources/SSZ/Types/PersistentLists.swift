public import Hashing

/// The big lists of a state: coded like arrays, hashed from the roots they keep.
extension PersistentList: SSZValue where Element: SSZValue {
    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? {
        [Element].fixedSize(shape, in: context)
    }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> PersistentList {
        // Cut for the kind of root it will be asked for.
        let layout: PersistentLayout
        if case .progressive = Extent(shape, in: context) { layout = .progressive } else { layout = .binary }
        return PersistentList(try [Element].decode(bytes, shape, in: context), layout: layout)
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        if Element.bulk != .none {
            forEachPackedChunk { out.append(contentsOf: $0) }
            return
        }
        // Elements of big lists have a fixed size, so the encoding is theirs one after the other.
        for element in self { element.encode(to: &out, shape.element, in: context) }
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 {
        switch Extent(shape, in: context) {
        case .vector(let count): vectorRoot(count: count)
        case .list(let limit): root(limit: limit)
        case .progressive: progressiveRoot()
        }
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree {
        .list(map { $0.tree(shape.element, in: context) })
    }
}
