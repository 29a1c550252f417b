import Foundation
import Hashing
import TestSupport
import Testing

@testable import ChainStore

/// A plain dictionary of what the store should hold.
private struct Model {
    var blocks: [Bytes32: [UInt8]] = [:]
    var summaries: [Bytes32: BlockSummary] = [:]
    var states: [Bytes32: StateSummary] = [:]
    var snapshots: [Bytes32: [UInt8]] = [:]
    var lifecycles: [Bytes32: [UInt8]] = [:]

    func roots(_ slot: UInt64) -> [Bytes32] { summaries.filter { $0.value.slot == slot }.keys.sorted() }

    func children(_ parent: Bytes32) -> [Bytes32] { summaries.filter { $0.value.parentRoot == parent }.keys.sorted() }

    mutating func remove(_ root: Bytes32) {
        blocks[root] = nil
        summaries[root] = nil
        lifecycles[root] = nil
        if let state = states.removeValue(forKey: root), state.baseRoot == root { snapshots[state.stateRoot] = nil }
    }
}

struct ChainTests {
    @Test(arguments: [21, 22, 23] as [UInt64])
    func randomOperationsAgreeWithADictionary(_ seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var random = SplitMix64(seed: seed)
        var configuration = StoreConfiguration()
        configuration.cacheBytes = 40_000  // small, so that values come and go
        configuration.levelDB.writeBufferBytes = 64 << 10
        var store = try await ChainStore.open(
            directory: directory.path,
            mode: .create(testNetwork),
            configuration: configuration
        )
        var model = Model()
        let label: Comment = "seed \(seed)"
        for step in 0..<600 {
            let number = Int.random(in: 1..<60, using: &random)
            let (block, parent) = (root(number), root(number / 2))
            let slot = UInt64(number / 3)
            let facts = summary(slot: slot, parent: parent, state: root(1000 + number))
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<6:
                let ssz = [UInt8](repeating: UInt8(number), count: Int.random(in: 0...3000, using: &random))
                let isNew = try await store.putBlockIfAbsent(root: block, summary: facts, ssz: ssz)
                #expect(isNew == (model.blocks[block] == nil), label)
                if isNew {
                    model.blocks[block] = ssz
                    model.summaries[block] = facts
                }
            case 6..<9:
                let snapshot = random.bytes(Int.random(in: 1...4000, using: &random))
                let state = StateSummary(slot: slot, stateRoot: root(1000 + number), baseRoot: block)
                try await store.commitImport(
                    Import(
                        root: block,
                        summary: facts,
                        state: state,
                        snapshot: snapshot,
                        lifecycle: [UInt8(step & 255)]
                    ),
                    durability: .written
                )
                model.summaries[block] = facts
                model.states[block] = state
                model.snapshots[state.stateRoot] = snapshot
                model.lifecycles[block] = [UInt8(step & 255)]
            case 9..<13:
                let base = root(Int.random(in: 1..<60, using: &random))
                guard base != block, model.states[block]?.baseRoot != block else { continue }
                let state = StateSummary(slot: slot, stateRoot: root(1000 + number), baseRoot: base)
                let item = Import(root: block, summary: facts, state: state)
                if model.states[base]?.baseRoot == base {
                    try await store.commitImport(item, durability: .written)
                    model.summaries[block] = facts
                    model.states[block] = state
                } else {
                    await #expect(throws: StoreError.missingSnapshot(block: block, base: base), label) {
                        try await store.commitImport(item)
                    }
                }
            case 13..<15:
                try await store.putLifecycle(block, [UInt8(step & 255), 1])
                model.lifecycles[block] = [UInt8(step & 255), 1]
            case 15:
                // A base others are replayed from stays, as pruning would see to it.
                guard !model.states.contains(where: { $0.key != block && $0.value.baseRoot == block }) else { continue }
                try await store.remove([block])
                model.remove(block)
            case 16 where step % 5 == 0:
                try await store.close()
                store = try await ChainStore.open(
                    directory: directory.path,
                    mode: .existing(testNetwork),
                    configuration: configuration
                )
            default: break
            }
            try await compare(store, model, number: Int.random(in: 1..<60, using: &random), label)
        }
        for number in 0..<60 { try await compare(store, model, number: number, label) }
        let report = try await store.verify()
        #expect(report.isSound, "\(report.problems) seed \(seed)")
        #expect(report.tables[.blocks]?.entries ?? 0 == model.blocks.count, label)
        #expect(report.tables[.snapshots]?.entries ?? 0 == model.snapshots.count, label)
        try await store.close()
    }

    private func compare(_ store: ChainStore, _ model: Model, number: Int, _ label: Comment) async throws {
        let block = root(number)
        #expect(try await store.block(block) == model.blocks[block], label)
        #expect(try await store.summary(block) == model.summaries[block], label)
        #expect(try await store.stateSummary(block) == model.states[block], label)
        #expect(try await store.lifecycle(block) == model.lifecycles[block], label)
        #expect(try await store.children(of: block) == model.children(block), label)
        #expect(try await store.roots(atSlot: UInt64(number)) == model.roots(UInt64(number)), label)
        let stateRoot = root(1000 + number)
        #expect(try await store.snapshot(stateRoot: stateRoot) == model.snapshots[stateRoot], label)
        #expect(try await store.blockRoot(stateRoot: stateRoot) == (model.states[block] == nil ? nil : block), label)
        let owned = model.states[block].flatMap { $0.baseRoot == block ? model.snapshots[$0.stateRoot] : nil }
        #expect(try await store.snapshot(blockRoot: block) == owned, label)
        let several = [block, root(number + 1), root(-5)]
        #expect(try await store.blocks(several) == several.map { model.blocks[$0] }, label)
        #expect(try await store.summaries(several) == several.map { model.summaries[$0] }, label)
    }

    /// Tasks read and write the same few records at once; every read must return something that was written.
    @Test func manyTasksSeeWholeValues() async throws {
        let directory = try TemporaryDirectory()
        var configuration = StoreConfiguration()
        configuration.cacheBytes = 20_000
        let store = try await ChainStore.open(
            directory: directory.path,
            mode: .create(testNetwork),
            configuration: configuration
        )
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    var random = SplitMix64(seed: UInt64(task))
                    do {
                        for _ in 0..<60 {
                            let number = Int.random(in: 0..<12, using: &random)
                            switch Int.random(in: 0..<6, using: &random) {
                            case 0:
                                _ = try await store.putBlockIfAbsent(
                                    root: root(number),
                                    summary: summary(slot: UInt64(number), parent: root(number - 1)),
                                    ssz: [UInt8](repeating: UInt8(number), count: 500),
                                    durability: .written
                                )
                            case 1:
                                let mark = UInt8(truncatingIfNeeded: random.next())
                                try await store.putLifecycle(root(number), [UInt8](repeating: mark, count: 40))
                            case 2:
                                try await store.remove([root(number)])
                            case 3:
                                if let record = try await store.lifecycle(root(number)) {
                                    #expect(Set(record).count == 1 && record.count == 40)
                                }
                            case 4:
                                if let block = try await store.block(root(number)) {
                                    #expect(block == [UInt8](repeating: UInt8(number), count: 500))
                                }
                            default:
                                let page = try await store.slots(in: 0...20, limit: 5)
                                #expect(
                                    page.elements == page.elements.sorted { ($0.slot, $0.root) < ($1.slot, $1.root) }
                                )
                                for entry in page.elements { #expect(entry.root == root(Int(entry.slot))) }
                            }
                        }
                    } catch {
                        Issue.record("\(error)")
                    }
                }
            }
        }
        // The cache must agree with the database once nobody writes.
        for number in 0..<12 {
            let cached = try await store.block(root(number))
            #expect(try await store.blocks([root(number)]) == [cached])
            let record = try await store.lifecycle(root(number))
            let stored = try await store.read(.lifecycles) { try $0.get(Tables.lifecycles, root(number)) }
            #expect(record == stored)
        }
        #expect(try await store.verify().isSound)
        try await store.close()
    }

    @Test func readersSeeWhatWasAcknowledged() async throws {
        let store = try await ChainStore.open(engine: InMemoryEngine(), mode: .create(testNetwork))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for count in 0..<200 as Range<UInt8> {
                        try await store.putLifecycle(root(task), [count])
                        #expect(try await store.lifecycle(root(task)) == [count])
                    }
                }
                group.addTask {
                    var last: UInt8 = 0
                    for _ in 0..<400 {
                        let found = try await store.lifecycle(root(task))?.first ?? 0
                        #expect(found >= last, "a value read once cannot be followed by an older one")
                        last = found
                    }
                }
            }
            try await group.waitForAll()
        }
        try await store.close()
    }

    @Test func slotScansGoOnWhereTheyStopped() async throws {
        let store = try await ChainStore.open(engine: InMemoryEngine(), mode: .create(testNetwork))
        for number in 1..<100 {
            _ = try await store.putBlockIfAbsent(
                root: root(number),
                summary: summary(slot: UInt64(number / 2), parent: root(number - 1)),
                ssz: []
            )
        }
        let expected = (20..<80).map { SlotRoot(slot: UInt64($0 / 2), root: root($0)) }
            .sorted { ($0.slot, $0.root) < ($1.slot, $1.root) }
        for order in [ScanOrder.ascending, .descending] {
            var found: [SlotRoot] = []
            var cursor: ScanCursor?
            repeat {
                let page = try await store.slots(in: 10...39, limit: 7, order: order, from: cursor)
                found += page.elements
                cursor = page.next
            } while cursor != nil
            #expect(found == (order == .ascending ? expected : expected.reversed()))
        }
        #expect(try await store.slots(in: UInt64.max...UInt64.max).elements == [])
        #expect(try await store.slots(in: 0...UInt64.max).elements.count == 99)
        try await store.close()
    }

    @Test func replayPathLeadsFromTheBase() async throws {
        let store = try await ChainStore.open(engine: InMemoryEngine(), mode: .create(testNetwork))
        for number in 1...10 {
            let facts = summary(slot: UInt64(number), parent: root(number - 1), state: root(100 + number))
            let base = number < 4 ? root(1) : root(4)
            try await store.commitImport(
                Import(
                    root: root(number),
                    summary: facts,
                    state: StateSummary(slot: UInt64(number), stateRoot: root(100 + number), baseRoot: base),
                    snapshot: base == root(number) ? [UInt8(number)] : nil
                )
            )
        }
        let path = try await store.replayPath(to: root(8))
        #expect(path == ReplayPath(baseRoot: root(4), baseStateRoot: root(104), blocks: (5...8).map(root)))
        #expect(try await store.replayPath(to: root(4)).blocks == [])
        #expect(try await store.snapshot(stateRoot: path.baseStateRoot) == [4])
        await #expect(throws: StoreError.noReplayPath(block: root(8), detail: "longer than 3 blocks")) {
            try await store.replayPath(to: root(8), limit: 3)
        }
        await #expect(throws: StoreError.noReplayPath(block: root(99), detail: "no state summary")) {
            try await store.replayPath(to: root(99))
        }
        await #expect(throws: StoreError.snapshotBaseMismatch(expected: root(11), got: root(4))) {
            try await store.commitImport(
                Import(
                    root: root(11),
                    state: StateSummary(slot: 11, stateRoot: root(111), baseRoot: root(4)),
                    snapshot: [1]
                )
            )
        }
        try await store.close()
    }

    @Test func recordsVariantsAndKeysComeBack() async throws {
        let directory = try TemporaryDirectory()
        var store = try await ChainStore.open(directory: directory.path, mode: .create(testNetwork))
        #expect(try await store.anchor() == nil)
        #expect(try await store.head() == nil)
        let anchor = AnchorRecord(slot: 5, blockRoot: root(1), stateRoot: root(2))
        try await store.put([
            .anchor(anchor), .finalized(CheckpointRecord(epoch: 6, root: root(3))),
            .justified(CheckpointRecord(epoch: 7, root: root(4))), .head(SlotRoot(slot: 8, root: root(5))),
            .named("fork choice", [1, 2, 3]),
        ])
        let shared = store
        async let winners = [
            shared.putVariantIfAbsent(root: root(1), signatureHash: root(8), ssz: [8]),
            shared.putVariantIfAbsent(root: root(1), signatureHash: root(8), ssz: [8]),
            shared.putVariantIfAbsent(root: root(1), signatureHash: root(9), ssz: [9]),
        ]
        #expect(try await winners.filter { $0 }.count == 2)
        let keys = (0..<(96 * 300)).map { UInt8($0 / 96 & 255) }
        try await store.putPublicKeys(Array(keys.prefix(96 * 200)), from: 0)
        await #expect(throws: StoreError.publicKeyGap(expected: 200, got: 201)) {
            try await store.putPublicKeys(Array(keys.prefix(96)), from: 201)
        }
        await #expect(throws: StoreError.tooLarge(what: "the last public key", limit: 96, got: 5)) {
            try await store.putPublicKeys(Array(keys.prefix(101)), from: 0)
        }
        try await store.putPublicKeys(Array(keys.suffix(96 * 150)), from: 150)
        try await store.close()
        store = try await ChainStore.open(directory: directory.path, mode: .existing(nil))
        #expect(store.identity == testNetwork && store.identity.name == "testnet")
        #expect(try await store.anchor() == anchor)
        #expect(try await store.finalized() == CheckpointRecord(epoch: 6, root: root(3)))
        #expect(try await store.justified() == CheckpointRecord(epoch: 7, root: root(4)))
        #expect(try await store.head() == SlotRoot(slot: 8, root: root(5)))
        #expect(try await store.named("fork choice") == [1, 2, 3])
        #expect(try await store.named("else") == nil)
        #expect(try await store.variants(of: root(1)) == [root(8), root(9)].sorted())
        #expect(try await store.variant(root: root(1), signatureHash: root(9)) == [9])
        #expect(try await store.removeVariants(of: root(1)) == 2)
        #expect(try await store.variants(of: root(1)) == [])
        #expect(try await store.publicKeyCount() == 300)
        #expect(try await store.publicKeys(from: 0, limit: 1000) == keys)
        #expect(try await store.publicKeys(from: 298, limit: 1) == Array(keys[(96 * 298)..<(96 * 299)]))
        #expect(try await store.publicKeys(from: 300) == [])
        let page = try await store.lifecycles(limit: 10)
        #expect(page.elements.isEmpty && page.next == nil)
        try await store.close()
    }
}
