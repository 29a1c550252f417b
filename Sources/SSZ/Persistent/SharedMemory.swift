/// The bytes that several values hold together, each piece that they share counted once.
///
/// Every piece (a node of a list, the buffer of an array) has a count of owners, which are the values taken in and the
/// nodes above it; the piece is counted while it has any. So taking a value in costs what it does not share with those
/// already in, and giving it up costs what nobody else has, whichever of the others went before.
///
/// Values must be kept alive as long as they are counted, and must not be changed: what is shared never is.
public struct SharedMemory: Sendable {
    private var owners = OwnerTable()
    private var counted = 0

    public init() {}

    /// Bytes of all pieces as the allocator hands them out, and of the table that counts them.
    public var bytes: Int { counted + owners.bytes }
    /// How many pieces are counted.
    public var pieces: Int { owners.count }

    public enum Change: Sendable { case add, remove }

    /// Counts what has no identity of its own, such as the value that holds the lists.
    public mutating func account(bytes: Int, _ change: Change) {
        counted += change == .add ? Self.allocated(bytes) : -Self.allocated(bytes)
    }

    public mutating func account<Element>(_ list: PersistentList<Element>, _ change: Change) {
        account(list.tree.segments, change) { memory, nodes in
            for node in nodes { memory.account(node, change) }
        }
    }

    /// Counts an array's buffer and, where that is new or goes, with `inner` what its elements hold.
    mutating func account<Element>(
        _ array: [Element],
        _ change: Change,
        inner: (inout SharedMemory, [Element]) -> Void = { _, _ in }
    ) {
        // All empty arrays are one that nobody allocates.
        guard array.capacity > 0 else { return }
        let address = array.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        let size = Self.arrayHeader + array.capacity * MemoryLayout<Element>.stride
        guard changesOwner(address, change) else { return }
        count(size, change)
        inner(&self, array)
    }

    private mutating func account(_ node: PersistentNode, _ change: Change) {
        let address = UInt(bitPattern: Unmanaged.passUnretained(node).toOpaque())
        if changesOwner(address, change) { count(node, change) }
    }

    /// Counts a node that has got its first owner or lost its last one, and itself as an owner of its children.
    private mutating func count(_ node: PersistentNode, _ change: Change) {
        count(node.storageBytes, change)
        counted += change == .add ? Self.nodeObject : -Self.nodeObject
        guard node.level > 0 else { return }
        // By address: most children are shared, and to hold each costs more than to look it up.
        let addresses = UnsafeRawPointer(node.children)
        for i in 0..<node.count {
            let address = addresses.load(fromByteOffset: i * MemoryLayout<PersistentNode>.stride, as: UInt.self)
            if changesOwner(address, change) { count(node.children[i], change) }
        }
    }

    private mutating func count(_ size: Int, _ change: Change) {
        counted += change == .add ? Self.allocated(size) : -Self.allocated(size)
    }

    /// Whether the piece's first owner came or its last one went.
    private mutating func changesOwner(_ address: UInt, _ change: Change) -> Bool {
        change == .add ? owners.add(address) : owners.remove(address)
    }

    /// The class instance of a node, without what it points to.
    private static let nodeObject = allocated(72)
    private static let arrayHeader = 32

    /// What the allocator takes for so many bytes: its own word, and all in multiples of 16.
    private static func allocated(_ size: Int) -> Int { max(32, (size + 8 + 15) & ~15) }
}

extension PersistentNode {
    /// Bytes of the elements and their roots, or of the references to children.
    fileprivate var storageBytes: Int {
        if level > 0 { return capacity * MemoryLayout<PersistentNode>.stride }
        let elements = capacity * Int(format.stride)
        return format.isPacked ? max(elements, 32) : (elements + 15) & ~15 + capacity * 32
    }
}
