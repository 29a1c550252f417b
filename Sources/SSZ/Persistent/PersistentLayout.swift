/// Which Merkle tree the nodes of a list are cut for.
///
/// A list answers for both kinds of root, but keeps roots between calls only for its own kind.
public enum PersistentLayout: Sendable, Hashable {
    /// One perfect tree: limited lists and vectors.
    case binary
    /// Perfect trees of 1, 4, 16… leaves, one segment each (EIP-7916).
    case progressive

    /// The segment that holds element `index`, and the index of the segment's first element.
    @inlinable
    func locate(_ index: Int, leafShift: Int) -> (segment: Int, start: Int) {
        switch self {
        case .binary:
            return (0, 0)
        case .progressive:
            // Before segment k stand (4^k - 1) / 3 leaves, so 3 * leaf + 1 lies in [4^k, 4^(k + 1)).
            let leaf = index >> leafShift
            let segment = (63 - (3 * leaf + 1).leadingZeroBitCount) >> 1
            return (segment, start(of: segment, leafShift: leafShift))
        }
    }

    @inlinable
    func start(of segment: Int, leafShift: Int) -> Int {
        self == .binary ? 0 : (((1 << (2 * segment)) - 1) / 3) << leafShift
    }
}

/// How elements of one type are cut into leaves and chunks.
@usableFromInline
struct PersistentFormat: Sendable, Hashable {
    @usableFromInline let stride: Int32
    @usableFromInline let isPacked: Bool
    /// Binary logarithm of the elements of a leaf.
    @usableFromInline let leafBits: UInt8
    /// Binary logarithm of the leaves of a full chunk: 64 leaves (2 KiB) packed, 32 elements with roots otherwise.
    @usableFromInline let depthBits: UInt8

    /// Binary logarithm of the children of an inner node.
    @inlinable static var fanShift: Int { 4 }
    @inlinable static var fan: Int { 1 << fanShift }

    @inlinable
    init(stride: Int, packing: PersistentPacking) {
        self.stride = Int32(stride)
        isPacked = packing == .basic
        leafBits = packing == .basic ? UInt8(5 - stride.trailingZeroBitCount) : 0
        depthBits = packing == .basic ? 6 : 5
    }

    @inlinable var leafShift: Int { Int(leafBits) }
    /// The Merkle height of a full chunk.
    @inlinable var chunkDepth: Int { Int(depthBits) }
    /// Binary logarithm of the elements of a full chunk.
    @inlinable var chunkShift: Int { chunkDepth + leafShift }

    /// Binary logarithm of the elements below a full node of this level.
    @inlinable
    func elementShift(level: Int) -> Int { chunkShift + Self.fanShift * level }

    /// The Merkle height of a full node of this level; chunks are level 0.
    func height(level: Int) -> Int { chunkDepth + Self.fanShift * level }

    func leafCount(_ elements: Int) -> Int { (elements + (1 << leafShift) - 1) >> leafShift }
}

extension PersistentElement {
    @inlinable static var format: PersistentFormat {
        PersistentFormat(stride: MemoryLayout<Self>.stride, packing: packing)
    }
}
