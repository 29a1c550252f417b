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

    /// The number of the chunk that holds element `index`, counted from the first, and the element's place in it.
    @inlinable
    @inline(__always)
    func chunk(of index: Int, _ format: PersistentFormat) -> (number: Int, place: Int) {
        if self == .binary { return (index >> format.chunkShift, index & ((1 << format.chunkShift) - 1)) }
        return progressiveChunk(of: index, format)
    }

    @usableFromInline
    func progressiveChunk(of index: Int, _ format: PersistentFormat) -> (number: Int, place: Int) {
        let mask = (1 << format.chunkShift) - 1
        // Behind the small segments, each one chunk, all segments are full of full chunks.
        let small = format.smallSegments
        let rest = index - start(of: small, leafShift: format.leafShift)
        if rest >= 0 { return (small + rest >> format.chunkShift, rest & mask) }
        let (segment, start) = locate(index, leafShift: format.leafShift)
        return (segment, index - start)
    }
}

/// How elements of one type are cut into leaves and chunks.
@usableFromInline
struct PersistentFormat: Sendable, Hashable {
    /// Bytes of an element, some hundred at most.
    @usableFromInline let stride: UInt16
    @usableFromInline let isPacked: Bool
    /// Binary logarithm of the elements of a leaf.
    @usableFromInline let leafBits: UInt8
    /// Binary logarithm of the leaves of a full chunk; see `chunkDepthBits`.
    @usableFromInline let depthBits: UInt8

    /// Binary logarithm of the children of an inner node.
    @inlinable static var fanShift: Int { 4 }
    @inlinable static var fan: Int { 1 << fanShift }

    @inlinable
    init(stride: Int, packing: PersistentPacking) {
        self.stride = UInt16(stride)
        isPacked = packing == .basic
        leafBits = packing == .basic ? UInt8(5 - stride.trailingZeroBitCount) : 0
        depthBits = Self.chunkDepthBits(stride: stride, packing: packing)
    }

    /// 64 leaves (2 KiB) of bytes, 16 leaves (512 bytes) of larger packed elements, 32 elements with roots otherwise.
    ///
    /// Most bytes there are change together, as participation does; of integers and roots a block changes a few here
    /// and there, each at the price of a chunk copied and hashed. Chunks of 2 KiB for balances took four times the
    /// memory and twice the hashing of a block; smaller ones than 512 bytes would be a third overhead.
    @inlinable
    static func chunkDepthBits(stride: Int, packing: PersistentPacking) -> UInt8 {
        packing == .composite ? 5 : stride == 1 ? 6 : 4
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

    /// How many chunks of the progressive layout are smaller than a full one: those of the first segments.
    @inlinable var smallSegments: Int { (chunkDepth + 1) / 2 }
}

extension PersistentElement {
    @inlinable static var format: PersistentFormat {
        PersistentFormat(stride: MemoryLayout<Self>.stride, packing: packing)
    }
}
