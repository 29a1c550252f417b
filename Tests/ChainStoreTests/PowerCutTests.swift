import Foundation
import Hashing
import Synchronization
import TestSupport
import Testing

@testable import ChainStore

/// What a power cut may make of two databases, each of which comes back at a moment of its own.
struct PowerCutTests {
    /// A block's bytes and an envelope's can be told apart by their first.
    private static func block(_ number: Int, _ step: Int = 0) -> [UInt8] { [0xb0, UInt8(number), UInt8(step & 255)] }
    private static func envelope(_ number: Int, _ step: Int = 0) -> [UInt8] {
        [0xe0, UInt8(number), UInt8(step & 255)]
    }

    private static func open(_ index: any KeyValueStore, _ bulk: any KeyValueStore) async throws -> ChainStore {
        try await ChainStore.open(engine: PairedEngine(index: index, bulk: bulk), mode: .create(testNetwork))
    }

    @discardableResult
    private static func put(
        _ store: ChainStore,
        _ number: Int,
        _ durability: Durability,
        step: Int = 0
    ) async throws -> Bool {
        try await store.putBlockIfAbsent(
            root: root(number),
            summary: summary(slot: UInt64(number), parent: root(number - 1)),
            ssz: block(number, step),
            durability: durability
        )
    }

    /// Counting begins anew where messages were lost: what still names a number is not given another message of its own.
    @Test func aBlockTakesNoPlaceThatItsLostEnvelopeHad() async throws {
        let (index, bulk) = (InMemoryEngine(), InMemoryEngine())
        let store = try await Self.open(index, bulk)
        try await Self.put(store, 1, .written)
        try await store.putEnvelope(root(1), Self.envelope(1), durability: .written)
        let (kept, lost) = (index.afterKill(), bulk.afterPowerCut())
        try await store.close()
        let again = try await Self.open(kept, lost)
        try await Self.put(again, 2, .written)
        #expect(try await Self.put(again, 1, .synced))
        #expect(try await again.envelope(root(1)) == nil)
        #expect(try await again.verify().problems == ["the envelope of block \(root(1)) is not at its place"])
        try await again.putEnvelope(root(1), Self.envelope(1, 1), durability: .written)
        #expect(try await again.block(root(1)) == Self.block(1))
        #expect(try await again.envelope(root(1)) == Self.envelope(1, 1))
        #expect(try await again.verify().isSound)
        try await again.close()
    }

    /// A name that leads nowhere is given up for good before its number can be given again.
    @Test func anEnvelopeTakesNoPlaceThatItsBlockMayHaveAgain() async throws {
        let (index, bulk) = (InMemoryEngine(), InMemoryEngine())
        let store = try await Self.open(index, bulk)
        try await Self.put(store, 2, .written)
        try await Self.put(store, 1, .written)
        let (kept, lost) = (index.afterKill(), bulk.afterPowerCut())
        try await store.close()
        // The block was at 1; it is put again at 0, and its envelope after it.
        let again = try await Self.open(kept, lost)
        #expect(try await Self.put(again, 1, .written))
        try await again.putEnvelope(root(1), Self.envelope(1), durability: .written)
        let (older, newer) = (kept.afterPowerCut(), lost.afterKill())
        try await again.close()
        let last = try await Self.open(older, newer)
        #expect(try await last.block(root(1)) == Self.block(1))
        #expect(try await last.envelope(root(1)) == nil)
        try await last.close()
    }

    /// Names of one number for a block and its envelope, as an older program might have left them, are found and mended.
    @Test func anEnvelopeAtItsBlocksPlaceIsNamed() async throws {
        let (index, bulk) = (InMemoryEngine(), InMemoryEngine())
        let store = try await Self.open(index, bulk)
        try await Self.put(store, 1, .synced)
        var batch = WriteBatch()
        batch.put(Tables.envelopes.encode(root(1)), try #require(try index.get(Tables.blocks.encode(root(1)))))
        try index.write(batch, durability: .synced)
        #expect(try await store.verify().problems == ["the envelope of block \(root(1)) is at the block's own place"])
        #expect(try await store.reindex() == 1)
        #expect(try await store.envelope(root(1)) == nil)
        #expect(try await store.block(root(1)) == Self.block(1))
        #expect(try await store.verify().isSound)
        try await store.close()
    }

    /// What was synced is there until something takes its place that is as safe.
    @Test(arguments: [true, false])
    func whatWasSyncedIsNotLostWithWhatFollows(_ isRemoved: Bool) async throws {
        for (keepsIndex, keepsBulk) in [(true, false), (false, true), (false, false), (true, true)] {
            let (index, bulk) = (InMemoryEngine(), InMemoryEngine())
            let store = try await Self.open(index, bulk)
            try await Self.put(store, 1, .synced)
            try await store.putEnvelope(root(1), Self.envelope(1), durability: .synced)
            if isRemoved {
                try await store.remove([root(1)])
            } else {
                try await store.putEnvelope(root(1), Self.envelope(1, 1), durability: .written)
            }
            let found = try await Self.open(
                keepsIndex ? index.afterKill() : index.afterPowerCut(),
                keepsBulk ? bulk.afterKill() : bulk.afterPowerCut()
            )
            try await store.close()
            let envelope = try await found.envelope(root(1))
            let label: Comment = "index \(keepsIndex) blocks \(keepsBulk)"
            if isRemoved {
                #expect(envelope == nil, label)
            } else {
                #expect(envelope == Self.envelope(1, 1), label)
            }
            #expect((try await found.block(root(1)) != nil) == !isRemoved, label)
            #expect(try await found.verify().isSound, label)
            try await found.close()
        }
    }

    /// What may be found of one message after a cut: what was there at the last sync, and all that came after it.
    private struct Fate {
        var values: [[UInt8]?] = [nil]

        var last: [UInt8]? { values.last ?? nil }

        mutating func become(_ value: [UInt8]?, _ durability: Durability) {
            values = durability == .synced ? [value] : values + [value]
        }

        func allows(_ found: [UInt8]?) -> Bool { values.contains(found) }
    }

    /// Random puts, replacements and removals, synced or not, through one power cut after the other.
    @Test(arguments: [91, 92, 93, 94] as [UInt64])
    func messagesOutlastPowerCuts(_ seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var (lost, unnamed, skipped) = (0, 0, 0)
        for round in 0..<40 {
            var (index, bulk) = (PowerEngine(InMemoryEngine()), PowerEngine(InMemoryEngine()))
            var (blocks, envelopes) = ([Int: Fate](), [Int: Fate]())
            for epoch in 0..<6 {
                let label: Comment = "seed \(seed) round \(round) epoch \(epoch)"
                let store = try await Self.open(index, bulk)
                for step in 0..<Int.random(in: 1..<20, using: &random) {
                    let number = Int.random(in: 1..<5, using: &random)
                    let durability = Int.random(in: 0..<6, using: &random) == 0 ? Durability.synced : .written
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0:
                        try await store.remove([root(number)], durability: durability)
                        blocks[number, default: Fate()].become(nil, durability)
                        envelopes[number, default: Fate()].become(nil, durability)
                    case 1: try await store.putLifecycle(root(number), [1], durability: durability)
                    case 2...4:
                        let value = Self.envelope(number, step)
                        try await store.putEnvelope(root(number), value, durability: durability)
                        envelopes[number, default: Fate()].become(value, durability)
                    default:
                        let isNew = blocks[number]?.last == nil
                        #expect(try await Self.put(store, number, durability, step: step) == isNew, label)
                        if isNew { blocks[number, default: Fate()].become(Self.block(number, step), durability) }
                    }
                    #expect(try await store.block(root(number)) == blocks[number]?.last, label)
                    #expect(try await store.envelope(root(number)) == envelopes[number]?.last, label)
                }
                (index, bulk) = (index.cut(&random), bulk.cut(&random))
                try await store.close()
                let again = try await Self.open(index, bulk)
                let report = try await again.verify()
                var missing = 0
                for number in 1..<5 {
                    for (table, fate) in [(Tables.blocks, blocks[number]), (Tables.envelopes, envelopes[number])] {
                        let isBlock = table.code == .blocks
                        let found =
                            isBlock
                            ? try await again.block(root(number)) : try await again.envelope(root(number))
                        let isNamed = try index.get(table.encode(root(number))) != nil
                        if isNamed, found == nil { missing += 1 }
                        #expect(
                            (fate ?? Fate()).allows(found),
                            "\(table.code) \(number): \(found ?? []) of \(fate?.values ?? []) \(label)"
                        )
                        // What is found is on the disk now.
                        if isBlock {
                            blocks[number] = Fate(values: [found])
                        } else {
                            envelopes[number] = Fate(values: [found])
                        }
                    }
                }
                #expect(report.problemCount == missing, "\(report.problems) \(label)")
                #expect(
                    report.problems.allSatisfy { $0.hasSuffix("is not at its place") },
                    "\(report.problems) \(label)"
                )
                lost += missing
                unnamed += report.unnamedMessages
                if Int.random(in: 0..<4, using: &random) == 0 {
                    _ = try await again.reindex()
                    let mended = try await again.verify()
                    #expect(mended.isSound && mended.unnamedMessages == 0, "\(mended.problems) \(label)")
                    skipped += 1
                }
                try await again.close()
                (index, bulk) = (index.afterKill(), bulk.afterKill())
            }
        }
        #expect(lost > 0 && unnamed > 0 && skipped > 0, "the cuts came at no moment that matters")
    }

    /// A reader sees the old envelope or the new one, never none, while it is replaced.
    @Test func anEnvelopeIsThereWhileItIsReplaced() async throws {
        let store = try await Self.open(InMemoryEngine(), InMemoryEngine())
        try await Self.put(store, 1, .written)
        try await store.putEnvelope(root(1), Self.envelope(1), durability: .written)
        let none = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                for step in 0..<600 {
                    try await store.putEnvelope(root(1), Self.envelope(1, step), durability: .written)
                }
                return 0
            }
            for _ in 0..<3 {
                group.addTask {
                    var none = 0
                    for _ in 0..<1500 where try await store.envelope(root(1)) == nil { none += 1 }
                    return none
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(none == 0)
        try await store.close()
    }

    /// Of two blocks of which one is always there, several blocks read at one moment never lack both.
    @Test func blocksReadTogetherAreOfOneMoment() async throws {
        let store = try await Self.open(InMemoryEngine(), InMemoryEngine())
        try await Self.put(store, 1, .written)
        let none = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                for step in 0..<300 {
                    try await Self.put(store, 2 - step % 2, .written)
                    try await store.remove([root(1 + step % 2)])
                }
                return 0
            }
            for _ in 0..<3 {
                group.addTask {
                    var none = 0
                    for _ in 0..<1000 where try await store.blocks([root(1), root(2)]).allSatisfy({ $0 == nil }) {
                        none += 1
                    }
                    return none
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(none == 0)
        try await store.close()
    }

    /// The index holds the lock of the whole directory, so it is closed last.
    @Test func theLockIsGivenBackLast() {
        let order = ClosingOrder()
        PairedEngine(index: order.engine("index"), bulk: order.engine("blocks")).close()
        #expect(order.names.withLock { $0 } == ["blocks", "index"])
    }
}

/// An engine that comes back, after a power cut, as it was at any moment since its last sync.
private final class PowerEngine: KeyValueStore {
    private let engine: InMemoryEngine
    private let moments: Mutex<[InMemoryEngine]>

    init(_ engine: InMemoryEngine) {
        self.engine = engine
        moments = Mutex([engine.afterKill()])
    }

    func cut(_ random: inout SplitMix64) -> PowerEngine {
        let moments = moments.withLock { $0 }
        // Most often the first or the last: what lies furthest apart.
        let number =
            [0, moments.count - 1, Int.random(in: 0..<moments.count, using: &random)]
            .randomElement(using: &random) ?? 0
        return PowerEngine(moments[number].afterKill())
    }

    func afterKill() -> PowerEngine { PowerEngine(moments.withLock { $0[$0.count - 1] }.afterKill()) }

    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { try engine.get(key) }

    func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] { try engine.get(all: keys) }

    func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {
        try engine.write(batch, durability: durability)
        let now = engine.afterKill()
        moments.withLock { moments in
            if durability == .synced { moments = [] }
            moments.append(now)
        }
    }

    func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
        try engine.page(range, limit: limit, order: order)
    }

    func close() { engine.close() }
}

/// Notes in which order engines are closed.
private final class ClosingOrder: Sendable {
    let names = Mutex<[String]>([])

    func engine(_ name: String) -> any KeyValueStore { Named(name, self) }

    private final class Named: KeyValueStore {
        private let name: String
        private let order: ClosingOrder

        init(_ name: String, _ order: ClosingOrder) {
            self.name = name
            self.order = order
        }

        func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { nil }
        func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] { keys.map { _ in nil } }
        func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {}
        func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
            Page(entries: [], remainder: nil)
        }
        func close() { order.names.withLock { $0.append(name) } }
    }
}
