// Participation is a byte a validator, of which three bits are in use, and nearly all of its chunks change in every block:
// kept two in a byte, a block's post-state takes half a megabyte less at a million validators. Only a `PersistentWriter`
// makes narrow chunks. They never change: whoever wants to write takes a flat copy, and so does whoever wants a pointer.

extension PersistentNode {
    /// This node, or a flat copy where it is a narrow chunk; the caller keeps it alive while it reads.
    @inlinable
    var flat: PersistentNode { isNarrow ? flatCopy() : self }

    @usableFromInline
    @inline(never)
    func flatCopy() -> PersistentNode { copy() }

    /// A chunk with so many of these bytes, all of `capacity` readable and zero behind `count`; narrow if they allow.
    ///
    /// Byte `i` of a narrow chunk has element `i` in its low half, and in its high half the one half a capacity further.
    static func chunk(
        ofBytes bytes: UnsafePointer<UInt8>,
        count: Int,
        capacity: Int,
        _ format: PersistentFormat
    ) -> PersistentNode {
        var all: UInt8 = 0
        for i in 0..<capacity { all |= bytes[i] }
        if all > 15 {
            let chunk = PersistentNode(chunkOf: capacity, format)
            chunk.storage.copyMemory(from: bytes, byteCount: capacity)
            chunk.count = count
            return chunk
        }
        let half = capacity / 2
        let storage = UnsafeMutableRawPointer.allocate(byteCount: half, alignment: 16)
        let packed = storage.bindMemory(to: UInt8.self, capacity: half)
        // Eight at a time by hand: the compiler goes byte by byte.
        let whole = half & ~7
        for at in stride(from: 0, to: whole, by: 8) {
            let low = UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let high = UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: half + at, as: UInt64.self)
            storage.storeBytes(of: low | high << 4, toByteOffset: at, as: UInt64.self)
        }
        for i in whole..<half { packed[i] = bytes[i] | bytes[half + i] << 4 }
        return PersistentNode(narrow: storage, count: count, capacity: capacity, format)
    }

    private static let lowHalves: UInt64 = 0x0f0f_0f0f_0f0f_0f0f

    /// The element at `place` of a narrow chunk.
    @inlinable
    func narrowElement(_ place: Int) -> UInt8 {
        let half = capacity / 2
        let packed = storage.assumingMemoryBound(to: UInt8.self)
        return place < half ? packed[place] & 15 : packed[place - half] >> 4
    }

    /// Writes the memory that a flat chunk of these elements has; `byteCount` is its size.
    func writeFlat(to target: UnsafeMutableRawPointer, byteCount: Int) {
        if !isNarrow {
            target.copyMemory(from: storage, byteCount: byteCount)
            return
        }
        let half = byteCount / 2
        let bytes = target.assumingMemoryBound(to: UInt8.self)
        let packed = storage.assumingMemoryBound(to: UInt8.self)
        let whole = half & ~7
        for at in stride(from: 0, to: whole, by: 8) {
            let word = storage.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            target.storeBytes(of: word & Self.lowHalves, toByteOffset: at, as: UInt64.self)
            target.storeBytes(of: word >> 4 & Self.lowHalves, toByteOffset: half + at, as: UInt64.self)
        }
        for i in whole..<half {
            bytes[i] = packed[i] & 15
            bytes[half + i] = packed[i] >> 4
        }
    }
}
