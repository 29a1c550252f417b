public import Hashing

/// A fixed number of bits.
public struct Bitvector: Hashable, Sendable {
    var storage: BitStorage

    public init(count: Int = 0) { storage = BitStorage(count: count) }

    public init(_ bits: some Collection<Bool>) {
        storage = BitStorage(count: bits.count)
        for (i, bit) in bits.enumerated() where bit { storage[i] = true }
    }

    public var count: Int { storage.count }
    public var bytes: [UInt8] { storage.bytes }
    public var oneCount: Int { storage.oneCount }
    public var oneIndices: [Int] { storage.oneIndices }

    public subscript(i: Int) -> Bool {
        get { storage[i] }
        set { storage[i] = newValue }
    }
}

extension Bitvector: SSZValue {
    private static func bitCount(_ shape: Shape, _ context: ShapeContext) -> Int {
        if case .vector(let count) = Extent(shape, in: context) { return Int(count) }
        return 0
    }

    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? {
        (bitCount(shape, context) + 7) / 8
    }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> Bitvector {
        let count = bitCount(shape, context)
        guard bytes.byteCount == (count + 7) / 8, count > 0 else {
            throw SSZError(.length(expected: UInt64((count + 7) / 8), got: UInt64(bytes.byteCount)))
        }
        let packed = [UInt8](copying: bytes)
        if count % 8 != 0, let last = packed.last, last >> UInt8(count % 8) != 0 {
            throw SSZError(.paddingBits(got: last), offset: packed.count - 1)
        }
        var value = Bitvector()
        value.storage = BitStorage(bytes: packed, count: count)
        return value
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        out.append(contentsOf: storage.bytes)
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 {
        storage.bytes.withUnsafeBytes { Merkle.rootOfBytes($0, limit: nil) }
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree { .bytes(storage.bytes) }
}

extension [UInt8] {
    /// A copy of `bytes`.
    init(copying bytes: RawSpan) {
        self = bytes.withUnsafeBytes { Array($0) }
    }
}
