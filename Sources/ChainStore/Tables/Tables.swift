internal import Hashing

/// Every table of the store; `docs/storage-format.md` describes their bytes.
enum Tables {
    /// A signed block is at most 10 MiB on the wire (`MAX_PAYLOAD_SIZE`); what is larger never was one.
    static let maximumBlockBytes = 16 << 20
    static let maximumStateBytes = 2 << 30 - 64
    static let maximumRecordBytes = 1 << 20

    static let metadata = Table(
        .metadata,
        keys: .metadata,
        values: .opaque("a metadata record", maximum: 64 << 20),
        isCached: false
    )
    static let blockSummaries = Table(.blockSummaries, keys: .root, values: .blockSummary, isCached: true)
    static let blockVariants = Table(
        .blockVariants,
        keys: .rootPair,
        values: .compressed("a block", maximum: maximumBlockBytes),
        isCached: false
    )
    /// Where a block's bytes lie.
    static let blocks = Table(.blocks, keys: .root, values: .number, isCached: true)
    /// Where the bytes of a block's payload envelope lie.
    static let envelopes = Table(.envelopes, keys: .root, values: .number, isCached: false)
    /// Signed blocks in the order in which they were put; the envelopes among them are `envelopeMessages`.
    static let blockMessages = Table(
        .messages,
        keys: .message,
        values: .compressed("a block", maximum: maximumBlockBytes),
        isCached: true
    )
    static let envelopeMessages = Table(
        .messages,
        keys: .message,
        values: .compressed("a payload envelope", maximum: maximumBlockBytes),
        isCached: false
    )
    static let snapshots = Table(
        .snapshots,
        keys: .root,
        values: .compressed("a state", maximum: maximumStateBytes),
        isCached: false
    )
    static let stateSummaries = Table(.stateSummaries, keys: .root, values: .stateSummary, isCached: true)
    static let stateRoots = Table(.stateRoots, keys: .root, values: .root, isCached: true)
    static let stateDiffs = Table(
        .stateDiffs,
        keys: .root,
        values: .compressed("a state difference", maximum: maximumStateBytes),
        isCached: false
    )
    static let storedStates = Table(.storedStates, keys: .slotRoot, values: .storedState, isCached: false)
    static let slots = Table(.slots, keys: .slotRoot, values: .presence, isCached: false)
    static let children = Table(.children, keys: .rootPair, values: .presence, isCached: false)
    static let lifecycles = Table(
        .lifecycles,
        keys: .root,
        values: .opaque("a lifecycle record", maximum: maximumRecordBytes),
        isCached: true
    )
    static let publicKeys = Table(.publicKeys, keys: .number, values: .fixed(96), isCached: false)

    /// Decodes one stored entry by the table its first byte names.
    static func check(_ entry: Page.Entry, in code: TableCode) throws(StoreError) {
        switch code {
        case .metadata: try check(entry, metadata)
        case .blocks: try check(entry, blocks)
        case .blockSummaries: try check(entry, blockSummaries)
        case .blockVariants: try check(entry, blockVariants)
        case .envelopes: try check(entry, envelopes)
        case .messages: try check(entry, blockMessages)
        case .snapshots: try check(entry, snapshots)
        case .stateSummaries: try check(entry, stateSummaries)
        case .stateRoots: try check(entry, stateRoots)
        case .stateDiffs: try check(entry, stateDiffs)
        case .storedStates: try check(entry, storedStates)
        case .slots: try check(entry, slots)
        case .children: try check(entry, children)
        case .lifecycles: try check(entry, lifecycles)
        case .publicKeys: try check(entry, publicKeys)
        }
    }

    private static func check<Key, Value>(_ entry: Page.Entry, _ table: Table<Key, Value>) throws(StoreError) {
        _ = try table.decodeKey(entry.key)
        _ = try table.decodeValue(entry.value, key: entry.key)
    }
}
