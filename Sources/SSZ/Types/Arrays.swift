public import Hashing

/// Vectors, lists and progressive lists of any element, byte lists among them.
extension Array: SSZValue where Element: SSZValue {
    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? {
        guard case .vector(let count) = Extent(shape, in: context),
            let each = Element.fixedSize(shape.element, in: context)
        else { return nil }
        return each * Int(count)
    }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> [Element] {
        let extent = Extent(shape, in: context)
        if let size = Element.fixedSize(shape.element, in: context) {
            return try decodeFixed(bytes, size: size, extent, shape.element, in: context)
        }
        return try decodeVariable(bytes, extent, shape.element, in: context)
    }

    private static func decodeFixed(
        _ bytes: RawSpan,
        size: Int,
        _ extent: Extent,
        _ element: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> [Element] {
        guard size > 0, bytes.byteCount % size == 0 else {
            throw SSZError(.notAMultiple(of: UInt64(size), got: UInt64(bytes.byteCount)))
        }
        let count = bytes.byteCount / size
        try extent.check(UInt64(count))
        // All empty arrays share one storage, into which an initializer of none would write its count: a race to
        // Thread Sanitizer.
        guard count > 0 else { return [] }
        if Element.bulk != .none {
            try Element.validatePacked(bytes)
            return bytes.withUnsafeBytes { source in
                Array(unsafeUninitializedCapacity: count) { buffer, initialized in
                    UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
                    initialized = count
                }
            }
        }
        var values: [Element] = []
        values.reserveCapacity(count)
        for i in 0..<count {
            let start = i * size
            do throws(SSZError) {
                values.append(
                    try Element.decode(bytes.extracting(start..<start + size), element, in: context)
                )
            } catch {
                throw error.within("[\(i)]", at: start)
            }
        }
        return values
    }

    private static func decodeVariable(
        _ bytes: RawSpan,
        _ extent: Extent,
        _ element: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> [Element] {
        let total = bytes.byteCount
        if total == 0 {
            try extent.check(0)
            return []
        }
        guard total >= 4 else { throw SSZError(.tooShort(minimum: 4, got: UInt64(total))) }
        // The first offset gives the count, so it is proved against the input before anything is reserved.
        let first = Int(bytes.offset(at: 0))
        guard first >= 4, first <= total, first % 4 == 0 else {
            throw SSZError(.badOffset(expected: 4...UInt64(total), got: UInt64(first)))
        }
        let count = first / 4
        try extent.check(UInt64(count))
        var values: [Element] = []
        values.reserveCapacity(count)
        var start = first
        for i in 0..<count {
            let end = i + 1 < count ? Int(bytes.offset(at: (i + 1) * 4)) : total
            guard end >= start, end <= total else {
                throw SSZError(
                    .badOffset(expected: UInt64(start)...UInt64(total), got: UInt64(end)),
                    path: ["[\(i + 1)]"],
                    offset: (i + 1) * 4
                )
            }
            do throws(SSZError) {
                values.append(try Element.decode(bytes.extracting(start..<end), element, in: context))
            } catch {
                throw error.within("[\(i)]", at: start)
            }
            start = end
        }
        return values
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        if Element.bulk != .none {
            withUnsafeBytes { out.append(contentsOf: $0) }
            return
        }
        let element = shape.element
        if Element.fixedSize(element, in: context) != nil {
            for value in self { value.encode(to: &out, element, in: context) }
            return
        }
        let start = out.count
        out.append(contentsOf: repeatElement(0, count: count * 4))
        for (i, value) in enumerated() {
            out.storeOffset(UInt32(truncatingIfNeeded: out.count - start), at: start + i * 4)
            value.encode(to: &out, element, in: context)
        }
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 {
        let extent = Extent(shape, in: context)
        if Element.bulk == .basic {
            return withUnsafeBytes { packed in
                let perElement = MemoryLayout<Element>.size
                switch extent {
                case .vector: return Merkle.rootOfBytes(packed, limit: nil)
                case .list:
                    let leaves = extent.leaves(ofBytes: perElement)
                    return Merkle.mixInLength(Merkle.rootOfBytes(packed, limit: leaves), UInt64(count))
                case .progressive: return Merkle.mixInLength(Merkle.progressiveRootOfBytes(packed), UInt64(count))
                }
            }
        }
        return withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: count) { roots in
            Element.hashTreeRoots(self, shape.element, in: context, into: roots)
            let leaves = UnsafeBufferPointer(roots)
            return switch extent {
            case .vector: Merkle.root(leaves, limit: nil)
            case .list(let limit): Merkle.mixInLength(Merkle.root(leaves, limit: limit), UInt64(count))
            case .progressive: Merkle.mixInLength(Merkle.progressiveRoot(leaves), UInt64(count))
            }
        }
    }

    /// Byte lists and the like: the same level of all of them at once.
    public static func hashTreeRoots(
        _ values: [[Element]],
        _ shape: Shape,
        in context: ShapeContext,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    ) {
        let extent = Extent(shape, in: context)
        if Element.bulk == .basic, extent.isBounded {
            Merkle.roots(ofPacked: values, depth: extent.depth(ofBytes: MemoryLayout<Element>.size), into: roots)
            if case .list = extent { Merkle.mixInLengths(roots) { values[$0].count } }
            return
        }
        for (i, value) in values.enumerated() {
            roots.initializeElement(at: i, to: value.hashTreeRoot(shape, in: context))
        }
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree {
        if Element.self == UInt8.self { return .bytes(withUnsafeBytes { [UInt8]($0) }) }
        return .list(map { $0.tree(shape.element, in: context) })
    }
}

extension Extent {
    /// Leaves that the most elements take up, packed, `size` bytes each.
    fileprivate func leaves(ofBytes size: Int) -> UInt64 {
        let (bytes, over) = maximum.multipliedReportingOverflow(by: UInt64(size))
        return over ? UInt64.max / 32 : bytes / 32 + (bytes % 32 == 0 ? 0 : 1)
    }

    fileprivate func depth(ofBytes size: Int) -> Int { Merkle.depth(of: leaves(ofBytes: size)) }

    fileprivate var isBounded: Bool {
        if case .progressive = self { false } else { true }
    }
}

extension RawSpan {
    /// The four-byte offset at `position`, which the caller has checked to be inside.
    func offset(at position: Int) -> UInt32 {
        UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self))
    }
}

extension [UInt8] {
    /// Overwrites four bytes at `position` with an offset.
    mutating func storeOffset(_ value: UInt32, at position: Int) {
        // Checked stores: a value in memory with a vector of the wrong length leaves the fixed part too short.
        for i in 0..<4 { self[position + i] = UInt8(truncatingIfNeeded: value >> UInt32(8 * i)) }
    }
}
