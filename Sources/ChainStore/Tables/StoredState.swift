public import Hashing

/// A post-state that is kept: whole, or as a difference from another that is kept.
///
/// A difference lies behind its base in the same chain of blocks, so following bases ends at a whole state.
public struct StoredState: Hashable, Sendable {
    public var slot: UInt64
    /// The block whose post-state this is.
    public var root: Bytes32
    public var stateRoot: Bytes32
    /// The block whose post-state the difference was made from; `root` where the state is kept whole.
    public var base: Bytes32
    /// How many states since the last whole one were kept before this; decides what the next is held against.
    public var position: UInt32

    public init(slot: UInt64, root: Bytes32, stateRoot: Bytes32, base: Bytes32, position: UInt32) {
        self.slot = slot
        self.root = root
        self.stateRoot = stateRoot
        self.base = base
        self.position = position
    }

    public var isWhole: Bool { base == root }
}

/// What a kept state is written as, where it is not written whole.
public struct StoredDifference: Hashable, Sendable {
    /// Opaque to the store.
    public var bytes: [UInt8]
    /// The block whose kept post-state it was made from.
    public var base: Bytes32
    public var position: UInt32

    public init(bytes: [UInt8], base: Bytes32, position: UInt32) {
        self.bytes = bytes
        self.base = base
        self.position = position
    }
}

/// The value of an entry of `Tables.storedStates`.
struct StoredStateRecord: Hashable, Sendable {
    var base: Bytes32
    var position: UInt32
}

extension ValueCodec<StoredStateRecord> {
    static let storedState = ValueCodec(
        encode: { record in
            var bytes: [UInt8] = []
            bytes.append(record.base)
            bytes.append(bigEndian: record.position)
            return bytes
        },
        decode: { bytes throws(CodecError) in
            var reader = ByteReader(bytes)
            let record = StoredStateRecord(base: try reader.root(), position: try reader.uint32())
            try reader.finish()
            return record
        },
        cost: { _ in 36 }
    )
}

extension TableReader {
    /// The entry of a kept state; `nil` where the block's post-state is not kept.
    func storedState(_ root: Bytes32) throws(StoreError) -> StoredState? {
        guard let summary = try get(Tables.stateSummaries, root), summary.baseRoot == root,
            let record = try get(Tables.storedStates, SlotRoot(slot: summary.slot, root: root))
        else { return nil }
        return StoredState(
            slot: summary.slot,
            root: root,
            stateRoot: summary.stateRoot,
            base: record.base,
            position: record.position
        )
    }

    /// A kept state and those it is made from, down to the whole one; `nil` where one is missing.
    func storedChain(to root: Bytes32) throws(StoreError) -> [StoredState]? {
        var chain: [StoredState] = []
        var next = root
        while let state = try storedState(next) {
            // Slots fall along a chain, so damage cannot make it a circle.
            if let last = chain.last, state.slot >= last.slot { return nil }
            chain.append(state)
            if state.isWhole { return chain }
            next = state.base
        }
        return nil
    }
}
