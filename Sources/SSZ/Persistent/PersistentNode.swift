internal import Hashing
internal import Synchronization

/// A node of a list's tree: a chunk of elements (level 0), or up to 16 children of the level below.
///
/// Elements and children change only while the node is referenced once; a shared node is immutable but for its
/// cached root, which whoever computes it first leaves behind, without a lock:
/// `state` goes from `none` to `writing` by compare-and-exchange, so that one thread writes, and to `ready` with
/// release order. Whoever reads `ready` with acquire order may read the root. Who loses the race keeps what it computed.
///
/// A chunk of composite elements keeps each element's root too. `stale` says which of them are out of date. Only the
/// node's owner changes `stale`; it means nothing while the state is `ready`, when all roots are good. So threads
/// that hash a shared chunk read fresh roots only, and the winner writes stale ones only.
@usableFromInline
final class PersistentNode: @unchecked Sendable {  // shared nodes change only by the atomic protocol above
    // In this order and these widths a node is 80 bytes of heap: there is one for every 512 bytes of balances.

    /// The elements, and behind them, unless packed, their roots and the marks of those that are stale; or the children.
    @usableFromInline let storage: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var root = Bytes32()
    @exclusivity(unchecked) @usableFromInline var narrowCount: UInt16
    @usableFromInline let narrowCapacity: UInt16
    @usableFromInline let format: PersistentFormat
    @usableFromInline let narrowLevel: UInt8
    /// Whether the elements, all below 16, are kept two in a byte; see `PersistentNode+Narrow`.
    @usableFromInline let isNarrow: Bool
    private let state = Atomic<UInt8>(State.none)
    @exclusivity(unchecked) private var narrowRootHeight: UInt8 = 0

    /// Chunks are level 0.
    @inlinable var level: Int { Int(narrowLevel) }
    /// Elements or children there is room for.
    @inlinable var capacity: Int { Int(narrowCapacity) }
    /// Elements or children there are.
    @inlinable var count: Int {
        get { Int(narrowCount) }
        set { narrowCount = UInt16(truncatingIfNeeded: newValue) }
    }
    private var rootHeight: Int { Int(narrowRootHeight) }

    private enum State {
        static let none: UInt8 = 0
        static let writing: UInt8 = 1
        static let ready: UInt8 = 2
    }

    /// An empty chunk.
    init(chunkOf capacity: Int, _ format: PersistentFormat) {
        narrowLevel = 0
        narrowCapacity = UInt16(truncatingIfNeeded: capacity)
        self.format = format
        narrowCount = 0
        isNarrow = false
        let elementBytes = capacity * Int(format.stride)
        if format.isPacked {
            // Hashing reads whole leaves and whole chunks: what is not used must be zero.
            storage = .allocate(byteCount: max(elementBytes, 32), alignment: 16)
            storage.initializeMemory(as: UInt8.self, repeating: 0, count: max(elementBytes, 32))
        } else {
            storage = .allocate(byteCount: Self.staleOffset(elementBytes, capacity) + 8, alignment: 16)
            stale = 0
        }
    }

    /// An inner node above `children`, at least one and at most 16, all of the level below.
    init(level: Int, children: some Collection<PersistentNode>, _ format: PersistentFormat) {
        narrowLevel = UInt8(truncatingIfNeeded: level)
        self.format = format
        isNarrow = false
        narrowCapacity = UInt16(PersistentFormat.fan)
        narrowCount = UInt16(truncatingIfNeeded: children.count)
        storage = .allocate(byteCount: PersistentFormat.fan * MemoryLayout<PersistentNode>.stride, alignment: 16)
        let slots = storage.bindMemory(to: PersistentNode.self, capacity: PersistentFormat.fan)
        for (i, child) in children.enumerated() { (slots + i).initialize(to: child) }
    }

    /// A chunk over memory of its own kind, which it takes over.
    init(narrow storage: UnsafeMutableRawPointer, count: Int, capacity: Int, _ format: PersistentFormat) {
        narrowLevel = 0
        narrowCapacity = UInt16(truncatingIfNeeded: capacity)
        self.format = format
        narrowCount = UInt16(truncatingIfNeeded: count)
        isNarrow = true
        self.storage = storage
    }

    /// A flat chunk with the elements of another, and with those of their roots that are good.
    init(copyOfChunk chunk: PersistentNode) {
        narrowLevel = 0
        narrowCapacity = chunk.narrowCapacity
        format = chunk.format
        narrowCount = chunk.narrowCount
        isNarrow = false
        let elementBytes = chunk.capacity * Int(format.stride)
        let bytes = format.isPacked ? max(elementBytes, 32) : Self.staleOffset(elementBytes, chunk.capacity) + 8
        storage = .allocate(byteCount: bytes, alignment: 16)
        if format.isPacked {
            // With the zeros behind the last element.
            chunk.writeFlat(to: storage, byteCount: bytes)
        } else {
            becomeCopy(of: chunk)
        }
    }

    deinit {
        if level > 0 { children.deinitialize(count: count) }
        storage.deallocate()
    }

    @inlinable
    var children: UnsafeMutablePointer<PersistentNode> { storage.assumingMemoryBound(to: PersistentNode.self) }

    @inlinable
    func elements<Element>(as type: Element.Type) -> UnsafeMutablePointer<Element> {
        storage.assumingMemoryBound(to: Element.self)
    }

    /// The bytes of a packed chunk's elements; the chunk is flat.
    var elementBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: storage, count: count * Int(format.stride))
    }

    /// The kept roots of a chunk of composite elements.
    private var elementRoots: UnsafeMutablePointer<Bytes32> {
        (storage + Self.rootsOffset(capacity * Int(format.stride))).assumingMemoryBound(to: Bytes32.self)
    }

    /// The elements of a chunk of composite elements whose kept roots are out of date; none in other nodes.
    private(set) var stale: UInt64 {
        get { hasElementRoots ? staleMarks.pointee : 0 }
        set { if hasElementRoots { staleMarks.pointee = newValue } }
    }

    private var hasElementRoots: Bool { narrowLevel == 0 && !format.isPacked }

    private var staleMarks: UnsafeMutablePointer<UInt64> {
        (storage + Self.staleOffset(capacity * Int(format.stride), capacity)).assumingMemoryBound(to: UInt64.self)
    }

    private static func rootsOffset(_ elementBytes: Int) -> Int { (elementBytes + 15) & ~15 }

    private static func staleOffset(_ elementBytes: Int, _ capacity: Int) -> Int {
        rootsOffset(elementBytes) + capacity * 32
    }
}

// MARK: - Owner's work: the node is referenced once

extension PersistentNode {
    /// Makes the node in `slot` the slot's own, and forgets its root because it is going to change.
    static func own(_ slot: inout PersistentNode) {
        if isKnownUniquelyReferenced(&slot), !slot.isNarrow {
            slot.forgetRoot()
        } else {
            slot = slot.copy()
        }
    }

    private func forgetRoot() {
        switch state.load(ordering: .acquiring) {
        case State.ready:
            stale = 0
            state.store(State.none, ordering: .relaxed)
        default:
            return
        }
    }

    /// A node of the same contents, flat, without a root but with the element roots that are good.
    func copy() -> PersistentNode {
        if level > 0 {
            return PersistentNode(level: level, children: UnsafeBufferPointer(start: children, count: count), format)
        }
        return PersistentNode(copyOfChunk: self)
    }

    /// Takes over the elements of a chunk of the same capacity; this one has never had a root.
    func becomeCopy(of chunk: PersistentNode) {
        let used = chunk.count * Int(format.stride)
        if chunk.isNarrow {
            chunk.writeFlat(to: storage, byteCount: capacity)
            count = chunk.count
            return
        }
        storage.copyMemory(from: chunk.storage, byteCount: used)
        if format.isPacked, count > chunk.count {
            (storage + used).initializeMemory(
                as: UInt8.self,
                repeating: 0,
                count: (count - chunk.count) * Int(format.stride)
            )
        }
        count = chunk.count
        if format.isPacked { return }
        stale = chunk.staleNow
        for i in 0..<count where stale >> UInt64(i) & 1 == 0 {
            (elementRoots + i).initialize(to: chunk.elementRoots[i])
        }
    }

    /// Appends elements of another chunk, with their roots where those are good; there is room for them.
    func append(elementsOf chunk: PersistentNode, _ range: Range<Int>) {
        let chunk = chunk.flat
        let stride = Int(format.stride)
        (storage + count * stride)
            .copyMemory(from: chunk.storage + range.lowerBound * stride, byteCount: range.count * stride)
        if !format.isPacked {
            let staleThere = chunk.staleNow
            for (offset, i) in range.enumerated() {
                if staleThere >> UInt64(i) & 1 == 1 {
                    stale |= 1 << UInt64(count + offset)
                } else {
                    (elementRoots + (count + offset)).initialize(to: chunk.elementRoots[i])
                }
            }
        }
        count += range.count
    }

    /// Notes that the elements in `range` have changed or are new.
    @usableFromInline
    func markStale(_ range: Range<Int>) {
        guard !format.isPacked, !range.isEmpty else { return }
        let mask = range.count == 64 ? .max : (1 << UInt64(range.count)) - 1 as UInt64
        stale |= mask << UInt64(range.lowerBound)
    }

    func appendChild(_ child: PersistentNode) {
        (children + count).initialize(to: child)
        count += 1
    }
}

// MARK: - Roots: the node may be shared

extension PersistentNode {
    /// The kept root, if it is that of a tree of this height.
    func root(height: Int) -> Bytes32? {
        state.load(ordering: .acquiring) == State.ready && rootHeight == height ? root : nil
    }

    /// Any kept root with its height.
    var keptRoot: (root: Bytes32, height: Int)? {
        state.load(ordering: .acquiring) == State.ready ? (root, rootHeight) : nil
    }

    /// The elements whose root has to be computed.
    var staleNow: UInt64 { state.load(ordering: .acquiring) == State.ready ? 0 : stale }

    /// Keeps a root, and the element roots it was made from, unless another thread has or is about to.
    func keep(_ root: Bytes32, height: Int, leaves: UnsafePointer<Bytes32>? = nil) {
        let claim = state.compareExchange(
            expected: State.none,
            desired: State.writing,
            ordering: .acquiringAndReleasing
        )
        guard claim.exchanged else { return }
        if let leaves {
            for i in 0..<count where stale >> UInt64(i) & 1 == 1 { (elementRoots + i).initialize(to: leaves[i]) }
        }
        self.root = root
        narrowRootHeight = UInt8(truncatingIfNeeded: height)
        state.store(State.ready, ordering: .releasing)
    }

    /// Writes the leaves of a chunk of composite elements, computing those that are stale.
    func writeLeaves(to leaves: UnsafeMutablePointer<Bytes32>, by elementRoots: ElementRoots) {
        let stale = staleNow
        var i = 0
        while i < count {
            let start = i
            let isStale = stale >> UInt64(i) & 1
            while i < count, stale >> UInt64(i) & 1 == isStale { i += 1 }
            if isStale == 1 {
                elementRoots(storage + start * Int(format.stride), i - start, leaves + start)
            } else {
                (leaves + start).initialize(from: self.elementRoots + start, count: i - start)
            }
        }
    }

    /// Writes the roots of so many elements.
    typealias ElementRoots = (UnsafeRawPointer, Int, UnsafeMutablePointer<Bytes32>) -> Void
}
