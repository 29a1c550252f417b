/// An `.era` file: the blocks of one era, then the state after it.
///
/// Layout: `Version, block*, state, other*, [block index], state index`; the indices are found from the end. The era of
/// genesis has a state and no blocks, and no block index.
public struct EraFile: Sendable {
    /// The longest entry that is read, in bytes; mainnet states are some 300 MB unpacked.
    public static let maximumEntryLength = 1 << 30

    public let store: E2Store
    /// One slot: that of the state.
    public let stateIndex: SlotIndex
    /// The era's slots.
    public let blockIndex: SlotIndex?

    public init(path: String) throws(StreamError) {
        store = try E2Store(path: path)
        stateIndex = try SlotIndex(endingAt: store.file.size, of: store)
        guard stateIndex.offsets.count == 1 else {
            throw .indexCount(path: path, maximum: 1, got: UInt64(stateIndex.offsets.count))
        }
        // Era 0 ends at slot 0: nothing was before it.
        blockIndex =
            stateIndex.firstSlot == 0 ? nil : try SlotIndex(endingAt: stateIndex.entry.offset, of: store)
    }

    /// The state after the era's last slot; `nil` where the index says there is none.
    public func state() throws(StreamError) -> RecordedMessage? {
        guard let offset = stateIndex.offsets.first ?? nil else { return nil }
        return try message(at: offset, type: .compressedBeaconState, kind: .state)
    }

    /// The slots that have a block, in order.
    public var slotsWithBlocks: [UInt64] {
        guard let blockIndex else { return [] }
        return blockIndex.offsets.enumerated().compactMap { position, offset in
            offset == nil ? nil : blockIndex.firstSlot + UInt64(position)
        }
    }

    /// The block at `slot`; `nil` where the slot is empty or not of this era.
    public func block(atSlot slot: UInt64) throws(StreamError) -> RecordedMessage? {
        guard let offset = blockIndex?.offset(ofSlot: slot) else { return nil }
        return try message(at: offset, type: .compressedSignedBeaconBlock, kind: .signedBlock)
    }

    private func message(
        at offset: Int,
        type: E2Type,
        kind: RecordedMessage.Kind
    ) throws(StreamError) -> RecordedMessage {
        let path = store.file.path
        let entry = try store.entry(at: offset)
        guard entry.type == type else {
            throw .entryType(path: path, offset: offset, expected: type.rawValue, got: entry.type.rawValue)
        }
        return RecordedMessage(
            kind: kind,
            encoding: .snappyFrames,
            bytes: try store.content(of: entry, maximum: Self.maximumEntryLength),
            origin: "\(path):\(offset)"
        )
    }
}
