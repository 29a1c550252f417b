public import Hashing

/// A 256-bit unsigned integer, as in `base_fee_per_gas`: carried and printed, never calculated with.
public struct UInt256: Hashable, Sendable, BitwiseCopyable {
    /// The value in little-endian bytes.
    public var littleEndianBytes: Bytes32

    public init(littleEndianBytes: Bytes32 = Bytes32()) { self.littleEndianBytes = littleEndianBytes }

    public init(_ value: UInt64) {
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, as: UInt64.self) }
        littleEndianBytes = bytes
    }
}

extension UInt256: CustomStringConvertible {
    /// Decimal digits.
    public var description: String {
        var limbs = littleEndianBytes.bytes
        var digits: [UInt8] = []
        while let top = limbs.last {
            if top == 0 {
                limbs.removeLast()
                continue
            }
            var remainder = 0
            for i in limbs.indices.reversed() {
                let value = remainder << 8 | Int(limbs[i])
                limbs[i] = UInt8(value / 10)
                remainder = value % 10
            }
            digits.append(UInt8(ascii: "0") + UInt8(remainder))
        }
        return digits.isEmpty ? "0" : String(decoding: digits.reversed(), as: UTF8.self)
    }
}

extension UInt256: SSZValue {
    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? { 32 }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> UInt256 {
        UInt256(littleEndianBytes: try Bytes32.decode(bytes, shape, in: context))
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        littleEndianBytes.encode(to: &out, shape, in: context)
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 { littleEndianBytes }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree { .number(description) }

    public static var bulk: SSZBulk { .basic }
}
