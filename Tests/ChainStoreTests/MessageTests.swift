import Foundation
import Hashing
import TestSupport
import Testing

@testable import ChainStore

/// Signed messages in an engine of their own: what the index names is there, whatever stops between the two.
struct MessageTests {
    /// A store over two engines in memory, and what a crash would leave of them.
    private struct Pair {
        let index = InMemoryEngine()
        let bulk = InMemoryEngine()

        func open(
            index indexFaults: Set<FaultyEngine.Fault> = [],
            bulk bulkFaults: Set<FaultyEngine.Fault> = []
        ) async throws -> ChainStore {
            try await ChainStore.open(
                engine: PairedEngine(
                    index: FaultyEngine(index, faults: indexFaults),
                    bulk: FaultyEngine(bulk, faults: bulkFaults)
                ),
                mode: .create(testNetwork)
            )
        }

        /// What another process would find.
        static func reopened(_ index: InMemoryEngine, _ bulk: InMemoryEngine) async throws -> ChainStore {
            try await ChainStore.open(
                engine: PairedEngine(index: index, bulk: bulk),
                mode: .existing(testNetwork)
            )
        }
    }

    @discardableResult
    private func put(
        _ store: ChainStore,
        _ number: Int,
        _ ssz: [UInt8],
        _ durability: Durability = .written
    ) async throws -> Bool {
        try await store.putBlockIfAbsent(
            root: root(number),
            summary: summary(slot: UInt64(number), parent: root(number - 1)),
            ssz: ssz,
            durability: durability
        )
    }

    @Test func messagesLieInTheOrderOfTheirPuts() async throws {
        let pair = Pair()
        let store = try await pair.open()
        for number in [5, 3, 9, 3, 1] { try await put(store, number, [UInt8(number)]) }
        try await store.putEnvelope(root(9), [90], durability: .written)
        try await store.putEnvelope(root(9), [91], durability: .written)
        try await put(store, 7, [7])
        let entries = try pair.bulk.page(KeyRange(prefix: []), limit: PageLimit(), order: .ascending).entries
        let keys = try entries.map { try Tables.blockMessages.decodeKey($0.key) }
        // The envelope that was replaced is gone.
        #expect(keys.map(\.root) == [5, 3, 9, 1, 9, 7].map { root($0) })
        #expect(keys.map(\.place) == [0, 1, 2, 3, 5, 6])
        #expect(try await store.envelope(root(9)) == [91])
        #expect(try await store.envelope(root(5)) == nil)
        #expect(try await store.blocks([root(1), root(2), root(9)]) == [[1], nil, [9]])
        try await store.remove([root(9), root(2)])
        #expect(try await store.envelope(root(9)) == nil)
        #expect(try await store.block(root(9)) == nil)
        #expect(try pair.bulk.page(KeyRange(prefix: []), limit: PageLimit(), order: .ascending).entries.count == 4)
        let report = try await store.verify()
        #expect(report.isSound && report.unnamedMessages == 0, "\(report.problems)")
        #expect(report.tables[.messages]?.entries == 4 && report.tables[.blocks]?.entries == 4)
        let (index, bulk) = (pair.index.afterKill(), pair.bulk.afterKill())
        try await store.close()
        // Counting goes on behind the last.
        let again = try await Pair.reopened(index, bulk)
        try await put(again, 2, [2])
        #expect(try bulk.get(Tables.blockMessages.encode(MessageKey(place: 7, root: root(2)))) == [0, 2])
        try await again.close()
    }

    /// One random put, removal or envelope after the other until an engine stops: no name without its message.
    @Test(arguments: [61, 62, 63] as [UInt64])
    func aStopBetweenTheEnginesLeavesNoNameWithoutItsMessage(_ seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var unnamed = 0
        for round in 0..<60 {
            let pair = Pair()
            let last = Int.random(in: 2..<25, using: &random)
            let fault = [
                FaultyEngine.Fault.stopBeforeWrite(last), .failWrite(last), .applyAndFailWrite(last),
            ][round % 3]
            let store = try await pair.open(
                index: round % 2 == 0 ? [fault] : [],
                bulk: round % 2 == 0 ? [] : [fault]
            )
            var blocks: [Int: [UInt8]] = [:]
            var envelopes: [Int: [UInt8]] = [:]
            var open: Int?  // the one whose fate is open: its write failed
            for step in 0..<60 {
                let number = Int.random(in: 1..<8, using: &random)
                let ssz = [UInt8(step), UInt8(number)]
                do {
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0:
                        try await store.remove([root(number)])
                        blocks[number] = nil
                        envelopes[number] = nil
                    case 1 where blocks[number] != nil:
                        try await store.putEnvelope(root(number), ssz, durability: .written)
                        envelopes[number] = ssz
                    default:
                        #expect(try await put(store, number, ssz) == (blocks[number] == nil))
                        blocks[number] = blocks[number] ?? ssz
                    }
                } catch is StoreError {
                    open = number
                    break
                }
            }
            let (index, bulk) = (pair.index.afterKill(), pair.bulk.afterKill())
            try await store.close()
            let again = try await Pair.reopened(index, bulk)
            let label: Comment = "seed \(seed) round \(round) fault \(fault)"
            #expect(open != nil, label)
            for number in 1..<8 where number != open {
                #expect(try await again.block(root(number)) == blocks[number], label)
                #expect(try await again.envelope(root(number)) == envelopes[number], label)
                #expect((try await again.summary(root(number)) != nil) == (blocks[number] != nil), label)
            }
            if let open {
                let isNamed = try await again.summary(root(open)) != nil
                #expect((try await again.block(root(open)) != nil) == isNamed, label)
            }
            var report = try await again.verify()
            #expect(report.isSound, "\(report.problems) \(label)")
            #expect(report.unnamedMessages <= 2, label)
            unnamed += report.unnamedMessages
            // What nobody names goes when indices are brought in order; what is named stays.
            #expect(try await again.reindex() == report.unnamedMessages, label)
            report = try await again.verify()
            #expect(report.isSound && report.unnamedMessages == 0, label)
            for number in 1..<8 where number != open {
                #expect(try await again.block(root(number)) == blocks[number], label)
            }
            if let open {
                let old = try await again.block(root(open))
                #expect(try await put(again, open, [77]) == (old == nil), label)
                #expect(try await again.block(root(open)) == old ?? [77], label)
            }
            try await again.close()
        }
        #expect(unnamed > 0, "no stop came between the two engines")
    }

    @Test func theBytesOfTheOnlyWinnerAreStored() async throws {
        let store = try await Pair().open()
        for round in 0..<10 {
            let outcomes = try await withThrowingTaskGroup(of: (UInt8, Bool)?.self) { group in
                for copy in 0..<24 as Range<UInt8> {
                    group.addTask { (copy, try await put(store, round, [copy])) }
                    group.addTask {
                        _ = try await store.block(root(round))
                        return nil
                    }
                }
                return try await group.reduce(into: [(UInt8, Bool)]()) { if let outcome = $1 { $0.append(outcome) } }
            }
            let winners = outcomes.filter(\.1).map(\.0)
            #expect(winners.count == 1)
            #expect(try await store.block(root(round)) == winners)
        }
        #expect(try await store.verify().tables[.messages]?.entries == 10)
        try await store.close()
    }

    /// Puts and removals of the same few blocks at once, with readers: what is named is there in the end.
    @Test func putsAndRemovalsOfOneBlockMayMeet() async throws {
        let store = try await Pair().open()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<12 {
                group.addTask {
                    var random = SplitMix64(seed: UInt64(task))
                    do {
                        for _ in 0..<80 {
                            let number = Int.random(in: 1..<5, using: &random)
                            switch Int.random(in: 0..<4, using: &random) {
                            case 0: try await store.remove([root(number)])
                            case 1:
                                let found = try await store.block(root(number))
                                #expect(found == nil || found == [UInt8(number)])
                            case 2: try await store.putEnvelope(root(number), [UInt8(number)], durability: .written)
                            default: try await put(store, number, [UInt8(number)])
                            }
                        }
                    } catch {
                        Issue.record("\(error)")
                    }
                }
            }
        }
        let report = try await store.verify()
        #expect(report.isSound && report.unnamedMessages == 0, "\(report.problems)")
        for number in 1..<5 {
            #expect((try await store.summary(root(number)) == nil) == (try await store.block(root(number)) == nil))
        }
        try await store.close()
    }

    @Test func anAnchorsSummaryIsNoBlock() async throws {
        let store = try await Pair().open()
        let facts = summary(slot: 3, parent: root(2), state: root(30))
        try await store.commitImport(
            Import(
                root: root(3),
                summary: facts,
                state: StateSummary(slot: 3, stateRoot: root(30), baseRoot: root(3)),
                snapshot: [1]
            )
        )
        #expect(try await store.block(root(3)) == nil)
        #expect(try await store.putBlockIfAbsent(root: root(3), summary: facts, ssz: [3]))
        #expect(try await !store.putBlockIfAbsent(root: root(3), summary: facts, ssz: [4]))
        #expect(try await store.block(root(3)) == [3])
        try await store.close()
    }

    /// A sync of the index takes the messages along that it names.
    @Test func aPowerCutTakesNoMessageFromASyncedName() async throws {
        let pair = Pair()
        let store = try await pair.open()
        try await put(store, 1, [1], .written)
        try await store.putLifecycle(root(1), [1], durability: .synced)
        try await put(store, 2, [2], .written)
        let (index, bulk) = (pair.index.afterPowerCut(), pair.bulk.afterPowerCut())
        try await store.close()
        let again = try await Pair.reopened(index, bulk)
        #expect(try await again.block(root(1)) == [1])
        #expect(try await again.summary(root(2)) == nil)
        #expect(try await again.verify().isSound)
        try await again.close()
    }

    /// Where the disk kept the index of a `.written` block and not the block, it counts as missing and can be put again.
    @Test func aLostMessageIsSaidAndPutAgain() async throws {
        let pair = Pair()
        let store = try await pair.open()
        try await put(store, 1, [1])
        try await put(store, 2, [2])
        let index = pair.index.afterKill()
        let bulk = InMemoryEngine()
        var batch = WriteBatch()
        batch.put(Tables.blockMessages.encode(MessageKey(place: 0, root: root(1))), [0, 1])
        try bulk.write(batch, durability: .synced)
        try await store.close()
        let again = try await Pair.reopened(index, bulk)
        #expect(try await again.block(root(2)) == nil)
        #expect(try await again.blocks([root(2), root(1)]) == [nil, [1]])
        #expect(try await again.verify().problems == ["block \(root(2)) is not at its place"])
        // The place is given again: to another block first, which cannot be taken for the lost one.
        #expect(try await put(again, 3, [3]))
        #expect(try await again.block(root(2)) == nil)
        #expect(try await put(again, 2, [22]))
        #expect(try await again.block(root(2)) == [22])
        #expect(try await again.verify().isSound)
        try await again.close()
    }

    @Test func entriesInTheWrongDatabaseAreNamed() async throws {
        for isIndex in [true, false] {
            let pair = Pair()
            let store = try await pair.open()
            var batch = WriteBatch()
            let key = MessageKey(place: 5, root: root(1))
            batch.put(isIndex ? Tables.blockMessages.encode(key) : Tables.lifecycles.encode(root(1)), [0])
            try (isIndex ? pair.index : pair.bulk).write(batch, durability: .synced)
            let problems = try await store.verify().problems
            #expect(problems.count == 1 && problems[0].hasSuffix("lies in the wrong database"), "\(problems)")
            try await store.close()
        }
    }

    @Test func aPlaceBeyondCountingIsAnError() async throws {
        let memory = InMemoryEngine()
        var batch = WriteBatch()
        batch.put(Tables.blockMessages.encode(MessageKey(place: .max, root: root(1))), [0])
        try memory.write(batch, durability: .synced)
        #expect(throws: StoreError.self) { try Places(in: memory) }
    }
}
