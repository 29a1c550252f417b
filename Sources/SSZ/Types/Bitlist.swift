public import Hashing

/// A number of bits that varies up to a limit.
///
/// In the encoding one more bit, the delimiter, stands behind the last.
public struct Bitlist: Hashable, Sendable {
    var storage: BitStorage

    public init(count: Int = 0) { storage = BitStorage(count: count) }

    public init(_ bits: some Collection<Bool>) {
        storage = BitStorage(count: bits.count)
        for (i, bit) in bits.enumerated() where bit { storage[i] = true }
    }

    public var count: Int { storage.count }
    /// The bits without the delimiter, eight a byte.
    public var bytes: [UInt8] { storage.bytes }
    public var oneCount: Int { storage.oneCount }
    /// How many bits of a range are set.
    public func oneCount(in range: Range<Int>) -> Int { storage.oneCount(in: range) }
    public var oneIndices: [Int] { storage.oneIndices }

    public subscript(i: Int) -> Bool {
        get { storage[i] }
        set { storage[i] = newValue }
    }

    private var delimited: [UInt8] {
        var packed = storage.bytes
        if storage.count % 8 == 0 {
            packed.append(1)
        } else {
            packed[packed.count - 1] |= 1 << UInt8(storage.count % 8)
        }
        return packed
    }
}

extension Bitlist: SSZValue {
    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? { nil }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> Bitlist {
        guard bytes.byteCount > 0 else { throw SSZError(.tooShort(minimum: 1, got: 0)) }
        let at = bytes.byteCount - 1
        let last = bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt8.self)
        guard last != 0 else { throw SSZError(.missingDelimiter, offset: at) }
        let bitsInLast = 7 - last.leadingZeroBitCount
        let (whole, tooLong) = at.multipliedReportingOverflow(by: 8)
        let count = whole + bitsInLast
        guard !tooLong else { throw SSZError(.overLimit(limit: .max, got: UInt64(at))) }
        try Extent(shape, in: context).check(UInt64(count))
        var packed = [UInt8](copying: bytes)
        packed[at] ^= 1 << UInt8(bitsInLast)
        if bitsInLast == 0 { packed.removeLast() }
        var value = Bitlist()
        value.storage = BitStorage(bytes: packed, count: count)
        return value
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        out.append(contentsOf: delimited)
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 {
        let root = storage.bytes.withUnsafeBytes { packed in
            switch Extent(shape, in: context) {
            case .list(let limit), .vector(let limit):
                Merkle.rootOfBytes(packed, limit: limit / 256 + (limit % 256 == 0 ? 0 : 1))
            case .progressive: Merkle.progressiveRootOfBytes(packed)
            }
        }
        return Merkle.mixInLength(root, UInt64(storage.count))
    }

    public static func hashTreeRoots(
        _ values: [Bitlist],
        _ shape: Shape,
        in context: ShapeContext,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    ) {
        switch Extent(shape, in: context) {
        case .list(let limit), .vector(let limit):
            let depth = Merkle.depth(of: limit / 256 + (limit % 256 == 0 ? 0 : 1))
            Merkle.roots(ofPacked: values.map(\.storage.bytes), depth: depth, into: roots)
            Merkle.mixInLengths(roots) { values[$0].count }
        case .progressive:
            for (i, value) in values.enumerated() {
                roots.initializeElement(at: i, to: value.hashTreeRoot(shape, in: context))
            }
        }
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree { .bytes(delimited) }
}
