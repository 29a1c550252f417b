public import Hashing

extension Bool: SSZValue {
    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? { 1 }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> Bool {
        guard bytes.byteCount == 1 else { throw SSZError(.length(expected: 1, got: UInt64(bytes.byteCount))) }
        try validatePacked(bytes)
        return bytes.unsafeLoadUnaligned(as: UInt8.self) == 1
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) { out.append(self ? 1 : 0) }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 {
        UInt8(self ? 1 : 0).hashTreeRoot(shape, in: context)
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree { .bool(self) }

    public static var bulk: SSZBulk { .basic }

    public static func validatePacked(_ bytes: RawSpan) throws(SSZError) {
        for i in 0..<bytes.byteCount {
            let byte = bytes.unsafeLoadUnaligned(fromByteOffset: i, as: UInt8.self)
            if byte > 1 { throw SSZError(.notABoolean(got: byte), offset: i) }
        }
    }
}
