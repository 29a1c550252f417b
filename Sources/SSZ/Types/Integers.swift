public import Hashing

/// Unsigned integers: little-endian, packed in Merkle leaves.
public protocol SSZInteger: SSZValue, FixedWidthInteger, UnsignedInteger, BitwiseCopyable {}

extension SSZInteger {
    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? { bitWidth / 8 }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> Self {
        guard bytes.byteCount == bitWidth / 8 else {
            throw SSZError(.length(expected: UInt64(bitWidth / 8), got: UInt64(bytes.byteCount)))
        }
        return Self(littleEndian: bytes.unsafeLoadUnaligned(as: Self.self))
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        withUnsafeBytes(of: littleEndian) { out.append(contentsOf: $0) }
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 {
        var leaf = Bytes32()
        leaf.withUnsafeMutableBytes { $0.storeBytes(of: littleEndian, as: Self.self) }
        return leaf
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree { .number(String(self)) }

    public static var bulk: SSZBulk { .basic }
}

extension UInt8: SSZInteger {}
extension UInt16: SSZInteger {}
extension UInt32: SSZInteger {}
extension UInt64: SSZInteger {}
extension UInt128: SSZInteger {}
