public import Hashing

/// Byte vectors of a fixed length: addresses, roots, keys, signatures.
extension SSZValue where Self: FixedBytes {
    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? { count }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> Self {
        guard bytes.byteCount == count else {
            throw SSZError(.length(expected: UInt64(count), got: UInt64(bytes.byteCount)))
        }
        return bytes.unsafeLoadUnaligned(as: Self.self)
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        withUnsafeBytes { out.append(contentsOf: $0) }
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 { byteVectorRoot }

    /// The root of these bytes as a vector: one leaf up to 32 bytes, a small tree beyond.
    public var byteVectorRoot: Bytes32 {
        withUnsafeBytes { Merkle.rootOfBytes($0, limit: nil) }
    }

    public static func hashTreeRoots(
        _ values: [Self],
        _ shape: Shape,
        in context: ShapeContext,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    ) {
        let depth = Merkle.depth(of: UInt64(count / 32 + (count % 32 == 0 ? 0 : 1)))
        let most = 256
        for start in stride(from: 0, to: values.count, by: most) {
            let end = min(start + most, values.count)
            Merkle.roots(ofTreesOfDepth: depth, into: UnsafeMutableBufferPointer(rebasing: roots[start..<end])) {
                leaves in
                for i in start..<end {
                    let tree = UnsafeMutableRawBufferPointer(
                        UnsafeMutableBufferPointer(rebasing: leaves[((i - start) << depth)...])
                    )
                    values[i].withUnsafeBytes { tree.copyMemory(from: $0) }
                }
            }
        }
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree { .bytes(bytes) }

    public static var bulk: SSZBulk { .bitwise }
}

extension Bytes4: SSZValue {}
extension Bytes20: SSZValue {}
extension Bytes48: SSZValue {}
extension Bytes96: SSZValue {}

extension Bytes32: SSZValue {
    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 { self }
}
