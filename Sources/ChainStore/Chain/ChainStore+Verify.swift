internal import Hashing

/// What a full walk over the store found.
public struct VerifyReport: Hashable, Sendable {
    public struct Size: Hashable, Sendable {
        public var entries = 0
        public var bytes = 0
    }

    /// Problems kept in full; more are only counted.
    public static let problemLimit = 100

    public var tables: [TableCode: Size] = [:]
    public var problems: [String] = []
    public var problemCount = 0
    /// Signed messages that nothing names: a put or a removal was stopped behind them.
    ///
    /// They take room, no more.
    public var unnamedMessages = 0

    public var isSound: Bool { problemCount == 0 }

    mutating func note(_ problem: String) {
        problemCount += 1
        if problems.count < VerifyReport.problemLimit { problems.append(problem) }
    }

    mutating func add(_ other: VerifyReport) {
        for (table, size) in other.tables {
            tables[table, default: Size()].entries += size.entries
            tables[table, default: Size()].bytes += size.bytes
        }
        unnamedMessages += other.unnamedMessages
        for problem in other.problems { note(problem) }
        problemCount += other.problemCount - other.problems.count
    }
}

extension ChainStore {
    /// Reads everything, checksums and codecs included, and checks that indices and records agree.
    ///
    /// Meant for a store nobody writes to: an import between two pages can look like a problem.
    public func verify() async throws -> VerifyReport {
        var report = VerifyReport()
        for table in TableCode.allCases {
            var next: KeyRange? = KeyRange(prefix: [table.rawValue])
            while let range = next {
                try Task.checkCancellation()
                do {
                    let part = try await read(table) { view in try view.verify(table, range) }
                    report.add(part.report)
                    next = part.next
                } catch let error as StoreError where error != .closed {
                    report.note("table \(table) cannot be read on: \(error)")
                    next = nil
                }
            }
        }
        for gap in ChainStore.gapsBetweenTables {
            let found = try await read(.metadata) { view in
                try view.engine.page(gap, limit: PageLimit(entries: 1), order: .ascending).entries.first?.key
            }
            if let found { report.note("key \(Hex.encode(found)) belongs to no table") }
        }
        let misplaced = try await read(.messages) { view in try (view.engine as? PairedEngine)?.misplaced() }
        if let misplaced { report.note("key \(Hex.encode(misplaced)) lies in the wrong database") }
        return report
    }

    /// Writes the indices anew from the summaries and drops entries that lead nowhere; how many it changed.
    public func reindex(pageSize: Int = 512) async throws -> Int {
        var changes = 0
        for step in Reindexing.allCases {
            var next: KeyRange? = KeyRange(prefix: [step.table.rawValue])
            while let range = next {
                try Task.checkCancellation()
                let limit = PageLimit(entries: max(1, pageSize))
                let part = try await write(.blocks, cost: 64 << 10, durability: .synced, exclusive: true) {
                    transaction in
                    let page = try transaction.committed.engine.page(range, limit: limit, order: .ascending)
                    for entry in page.entries { try transaction.reindex(step, entry) }
                    return (changes: transaction.batch.operations.count, next: page.remainder)
                }
                changes += part.changes
                next = part.next
            }
        }
        return changes
    }

    /// Rebuilds a damaged store in a directory nobody has open, and brings its indices in order.
    ///
    /// What the damaged files held is lost; blocks can be fetched again. Returns the state it left behind.
    /// A log loses everything from its first damaged record on and is kept beside as `.damaged`.
    public static func repair(directory: String, configuration: StoreConfiguration = .init()) async throws
        -> VerifyReport
    {
        let store = try await OwnThread.run("store-repair") {
            try StoreDirectory(directory).repair(configuration.levelDB)
            return try ChainStore(
                directory: StoreDirectory(directory),
                mode: .existing(nil),
                configuration: configuration,
                isRepaired: true
            )
        }
        do {
            _ = try await store.reindex()
            let report = try await store.verify()
            try await store.close()
            return report
        } catch {
            try await store.close()
            throw error
        }
    }

    /// Key ranges no table owns.
    private static var gapsBetweenTables: [KeyRange] {
        var gaps: [KeyRange] = []
        var lower: [UInt8] = []
        for code in TableCode.allCases.map(\.rawValue).sorted() {
            gaps.append(KeyRange(from: lower, upTo: [code]))
            lower = KeyRange.end(of: [code]) ?? [code, .max]
        }
        gaps.append(KeyRange(from: lower, upTo: nil))
        return gaps
    }
}

/// The passes of `reindex`, in order: later ones rely on earlier ones.
private enum Reindexing: CaseIterable {
    case unreadable, summaries, blocks, envelopes, messages, slots, children
    case wholeStates, storedStates, states, stateRoots

    var table: TableCode {
        switch self {
        case .unreadable: .blockSummaries
        case .summaries: .blockSummaries
        case .blocks: .blocks
        case .envelopes: .envelopes
        case .messages: .messages
        case .slots: .slots
        case .children: .children
        case .wholeStates, .states: .stateSummaries
        case .storedStates: .storedStates
        case .stateRoots: .stateRoots
        }
    }
}

extension EngineView {
    /// Checks one page of one table.
    fileprivate func verify(
        _ table: TableCode,
        _ range: KeyRange
    ) throws(StoreError) -> (report: VerifyReport, next: KeyRange?) {
        var report = VerifyReport()
        let page = try engine.page(range, limit: PageLimit(entries: 512), order: .ascending)
        for entry in page.entries {
            report.tables[table, default: .init()].entries += 1
            report.tables[table, default: .init()].bytes += entry.key.count + entry.value.count
            do throws(StoreError) {
                try Tables.check(entry, in: table)
                if let problem = try disagreement(entry, table) { report.note(problem) }
                if table == .messages, try !isNamed(Tables.blockMessages.decodeKey(entry.key)) {
                    report.unnamedMessages += 1
                }
            } catch {
                report.note("\(error)")
            }
        }
        return (report, page.remainder)
    }

    /// What another table would have to say about an entry and does not.
    private func disagreement(_ entry: Page.Entry, _ table: TableCode) throws(StoreError) -> String? {
        switch table {
        case .metadata, .lifecycles, .publicKeys, .blockVariants, .messages, .snapshots, .stateDiffs: return nil
        case .blocks:
            let root = try Tables.blocks.decodeKey(entry.key)
            guard try contains(Tables.blockSummaries, root) else { return "block \(root) has no summary" }
            return try isThere(entry, Tables.blocks) ? nil : "block \(root) is not at its place"
        case .envelopes:
            let root = try Tables.envelopes.decodeKey(entry.key)
            if try isAtItsBlocksPlace(entry) { return "the envelope of block \(root) is at the block's own place" }
            return try isThere(entry, Tables.envelopes) ? nil : "the envelope of block \(root) is not at its place"
        case .blockSummaries:
            let root = try Tables.blockSummaries.decodeKey(entry.key)
            let summary = try Tables.blockSummaries.decodeValue(entry.value, key: entry.key)
            guard try contains(Tables.slots, SlotRoot(slot: summary.slot, root: root)) else {
                return "block \(root) is missing in the slot index"
            }
            let pair = RootPair(first: summary.parentRoot, second: root)
            return try contains(Tables.children, pair) ? nil : "block \(root) is missing among its parent's children"
        case .slots:
            let key = try Tables.slots.decodeKey(entry.key)
            let slot = try get(Tables.blockSummaries, key.root)?.slot
            return slot == key.slot ? nil : "slot \(key.slot) names block \(key.root), which is not there"
        case .children:
            let key = try Tables.children.decodeKey(entry.key)
            let parent = try get(Tables.blockSummaries, key.second)?.parentRoot
            return parent == key.first ? nil : "block \(key.first) names child \(key.second), which is not there"
        case .stateSummaries:
            let root = try Tables.stateSummaries.decodeKey(entry.key)
            let state = try Tables.stateSummaries.decodeValue(entry.value, key: entry.key)
            guard try storedState(state.baseRoot) != nil else {
                return "the state of block \(root) cannot be replayed: no kept state of \(state.baseRoot)"
            }
            let indexed = try get(Tables.stateRoots, state.stateRoot)
            return indexed == root ? nil : "the state root of block \(root) is not indexed"
        case .storedStates:
            let key = try Tables.storedStates.decodeKey(entry.key)
            return try isReadable(key) ? nil : "the kept state of block \(key.root) at slot \(key.slot) cannot be read"
        case .stateRoots:
            let stateRoot = try Tables.stateRoots.decodeKey(entry.key)
            let root = try Tables.stateRoots.decodeValue(entry.value, key: entry.key)
            let state = try get(Tables.stateSummaries, root)?.stateRoot
            return state == stateRoot ? nil : "state root \(stateRoot) names block \(root), which has another state"
        }
    }
}

extension TableReader {
    /// Whether the message that an entry names is stored.
    fileprivate func isThere(_ entry: Page.Entry, _ table: Table<Bytes32, UInt64>) throws(StoreError) -> Bool {
        let place = try table.decodeValue(entry.value, key: entry.key)
        return try contains(Tables.blockMessages, MessageKey(place: place, root: try table.decodeKey(entry.key)))
    }

    /// Whether an envelope is named where its block is: one of the two names is wrong, and a block is the likelier.
    fileprivate func isAtItsBlocksPlace(_ entry: Page.Entry) throws(StoreError) -> Bool {
        let root = try Tables.envelopes.decodeKey(entry.key)
        return try stored(Tables.blocks.encode(root)) == entry.value
    }

    /// Whether a kept state's value is there, and the one it is made from is kept.
    fileprivate func isReadable(_ place: SlotRoot) throws(StoreError) -> Bool {
        guard let state = try storedState(place.root), state.slot == place.slot else { return false }
        if state.isWhole { return try contains(Tables.snapshots, state.stateRoot) }
        guard let base = try storedState(state.base), base.slot < state.slot else { return false }
        return try contains(Tables.stateDiffs, state.stateRoot)
    }
}

extension WriteTransaction {
    private func isReadable(_ entry: Page.Entry, _ table: Table<Bytes32, UInt64>) throws(StoreError) -> Bool {
        do throws(StoreError) {
            return try isThere(entry, table)
        } catch .malformed {
            return false
        }
    }

    /// Puts one entry of a pass right.
    fileprivate mutating func reindex(_ step: Reindexing, _ entry: Page.Entry) throws(StoreError) {
        switch step {
        case .unreadable:
            let root = try Tables.blockSummaries.decodeKey(entry.key)
            do throws(StoreError) {
                _ = try Tables.blockSummaries.decodeValue(entry.value, key: entry.key)
            } catch {
                try delete(Tables.blockSummaries, root)
            }
        case .summaries:
            let root = try Tables.blockSummaries.decodeKey(entry.key)
            let summary = try Tables.blockSummaries.decodeValue(entry.value, key: entry.key)
            let place = SlotRoot(slot: summary.slot, root: root)
            if try !contains(Tables.slots, place) { try put(Tables.slots, place, Presence()) }
            let pair = RootPair(first: summary.parentRoot, second: root)
            if try !contains(Tables.children, pair) { try put(Tables.children, pair, Presence()) }
        case .blocks:
            let root = try Tables.blocks.decodeKey(entry.key)
            let hasSummary = try contains(Tables.blockSummaries, root)
            if try !isReadable(entry, Tables.blocks) || !hasSummary { try delete(Tables.blocks, root) }
        case .envelopes:
            let isRight = try !isAtItsBlocksPlace(entry)
            let isReadable = try isReadable(entry, Tables.envelopes)
            if !isRight || !isReadable {
                try delete(Tables.envelopes, try Tables.envelopes.decodeKey(entry.key))
            }
        case .messages:
            let key = try Tables.blockMessages.decodeKey(entry.key)
            if try !isNamed(key) { try deleteMessage(key.place, key.root) }
        case .slots:
            let key = try Tables.slots.decodeKey(entry.key)
            if try get(Tables.blockSummaries, key.root)?.slot != key.slot { try delete(Tables.slots, key) }
        case .children:
            let key = try Tables.children.decodeKey(entry.key)
            if try get(Tables.blockSummaries, key.second)?.parentRoot != key.first { try delete(Tables.children, key) }
        case .wholeStates:
            let root = try Tables.stateSummaries.decodeKey(entry.key)
            let state = try Tables.stateSummaries.decodeValue(entry.value, key: entry.key)
            let place = SlotRoot(slot: state.slot, root: root)
            guard state.baseRoot == root, try !contains(Tables.storedStates, place),
                try contains(Tables.snapshots, state.stateRoot)
            else { return }
            try put(Tables.storedStates, place, StoredStateRecord(base: root, position: 0))
        case .storedStates:
            // In the order of slots: when one goes, those made from it are still to come.
            let key = try Tables.storedStates.decodeKey(entry.key)
            if try !isReadable(key) { try delete(Tables.storedStates, key) }
        case .states:
            let root = try Tables.stateSummaries.decodeKey(entry.key)
            let state = try Tables.stateSummaries.decodeValue(entry.value, key: entry.key)
            if try storedState(state.baseRoot) != nil {
                if try get(Tables.stateRoots, state.stateRoot) != root {
                    try put(Tables.stateRoots, state.stateRoot, root)
                }
            } else {
                try delete(Tables.stateSummaries, root)
            }
        case .stateRoots:
            let stateRoot = try Tables.stateRoots.decodeKey(entry.key)
            let root = try Tables.stateRoots.decodeValue(entry.value, key: entry.key)
            if try get(Tables.stateSummaries, root)?.stateRoot != stateRoot { try delete(Tables.stateRoots, stateRoot) }
        }
    }
}
