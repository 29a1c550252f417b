import Foundation
import Hashing
import Synchronization
import TestSupport
import Testing

@testable import ChainStore

/// The two LevelDBs of a directory: how they are opened, brought up from older versions, killed and mended.
struct TwoDatabasesTests {
    private static let small: StoreConfiguration = {
        var configuration = StoreConfiguration()
        configuration.levelDB.writeBufferBytes = 128 << 10
        configuration.cacheBytes = 0
        return configuration
    }()

    private static func bytes(_ number: Int) -> [UInt8] {
        var random = SplitMix64(seed: UInt64(number))
        return random.bytes(400 + number % 3000)
    }

    private static func put(_ store: ChainStore, _ number: Int, _ durability: Durability = .written) async throws {
        _ = try await store.putBlockIfAbsent(
            root: root(number),
            summary: summary(slot: UInt64(number), parent: root(number - 1)),
            ssz: bytes(number),
            durability: durability
        )
    }

    /// Blocks 1…`count`, every fifth with an envelope, as `version` laid them down.
    private func older(_ version: UInt8, _ engine: any KeyValueStore, upTo count: Int) async throws {
        let made = InMemoryEngine()
        let store = try await ChainStore.open(engine: made, mode: .create(testNetwork))
        for number in 1...count {
            try await TwoDatabasesTests.put(store, number)
            if number % 5 == 0 {
                try await store.putEnvelope(root(number), [UInt8(number & 255)], durability: .written)
            }
        }
        let names = [
            (Tables.blocks, 0x10 as UInt8), (Tables.envelopes, 0x13 as UInt8),
        ]
        let unlimited = PageLimit(entries: .max, bytes: .max)
        var batch = WriteBatch()
        for entry in try made.page(KeyRange(prefix: []), limit: unlimited, order: .ascending).entries {
            batch.put(entry.key, entry.value)
        }
        for (table, code) in names {
            for entry in try made.page(table.range, limit: unlimited, order: .ascending).entries {
                let blockRoot = try table.decodeKey(entry.key)
                let place = try table.decodeValue(entry.value, key: entry.key)
                let key = Tables.blockMessages.encode(MessageKey(place: place, root: blockRoot))
                batch.put([code] + blockRoot.bytes, try #require(try made.get(key)))
                batch.delete(key)
                batch.delete(entry.key)
            }
        }
        batch.put(Tables.metadata.encode(.schema), [0, 0, 0, version])
        try engine.write(batch, durability: .synced)
        try await store.close()
    }

    private func check(_ store: ChainStore, upTo count: Int, _ label: Comment) async throws {
        for number in 1...count {
            #expect(try await store.block(root(number)) == TwoDatabasesTests.bytes(number), label)
            let envelope: [UInt8]? = number % 5 == 0 ? [UInt8(number & 255)] : nil
            #expect(try await store.envelope(root(number)) == envelope, label)
        }
        let report = try await store.verify()
        #expect(report.isSound, "\(report.problems) \(label)")
        #expect(report.tables[.blocks]?.entries == count, label)
    }

    @Test(arguments: [1, 2] as [UInt8])
    func anOlderDirectoryIsBroughtUp(_ version: UInt8) async throws {
        let directory = try TemporaryDirectory()
        let engine = try LevelDBEngine(directory: directory.path)
        try await older(version, engine, upTo: 300)
        engine.close()
        for _ in 0..<2 {
            let store = try await ChainStore.open(directory: directory.path, mode: .existing(testNetwork))
            try await check(store, upTo: 300, "version \(version)")
            try await store.close()
        }
        #expect(FileManager.default.fileExists(atPath: directory.file("blocks/CURRENT")))
        let index = try LevelDBEngine(directory: directory.path)
        #expect(try index.page(KeyRange(prefix: [0x10]), limit: PageLimit(), order: .ascending).entries.isEmpty)
        #expect(try index.get(Tables.metadata.encode(.schema)) == [0, 0, 0, 3])
        index.close()
    }

    /// Stopped before any write of either engine, and once more in the second attempt, an upgrade goes on.
    @Test func anUpgradeStoppedAnywhereGoesOn() async throws {
        // Pages of 1,024 entries: three for the blocks, one for the envelopes, then the version.
        let count = 2500
        let image = InMemoryEngine()
        try await older(2, image, upTo: count)
        for (indexStop, bulkStop) in [(1, 99), (2, 99), (3, 99), (4, 99), (5, 99), (99, 1), (99, 2), (99, 3), (99, 4)] {
            let label: Comment = "index \(indexStop) bulk \(bulkStop)"
            var index = image.afterKill()
            var bulk = InMemoryEngine()
            for attempt in 0..<2 {
                await #expect(throws: StoreError.self, label) {
                    try await ChainStore.open(
                        engine: PairedEngine(
                            index: FaultyEngine(index, faults: [.stopBeforeWrite(attempt == 0 ? indexStop : 1)]),
                            bulk: FaultyEngine(bulk, faults: attempt == 0 ? [.stopBeforeWrite(bulkStop)] : [])
                        ),
                        mode: .existing(testNetwork)
                    )
                }
                (index, bulk) = (index.afterPowerCut(), bulk.afterPowerCut())
                #expect(try index.get(Tables.metadata.encode(.schema)) == [0, 0, 0, 2], label)
            }
            let (foundIndex, foundBulk) = (index, bulk)
            let store = try await ChainStore.open(
                engine: PairedEngine(index: foundIndex, bulk: foundBulk),
                mode: .existing(testNetwork)
            )
            for number in stride(from: 1, through: count, by: 97) {
                #expect(try await store.block(root(number)) == TwoDatabasesTests.bytes(number), label)
            }
            let report = try await store.verify()
            #expect(report.isSound, "\(report.problems) \(label)")
            #expect(report.tables[.blocks]?.entries == count && report.tables[.envelopes]?.entries == count / 5, label)
            // Copies from the batches that were stopped between the engines.
            #expect(report.unnamedMessages <= 2048, label)
            try await store.close()
        }
    }

    /// What was moved gives its room back on the way, so both databases together stay near the size of the one.
    @Test func anUpgradeNeedsLittleRoom() async throws {
        let directory = try TemporaryDirectory()
        var options = LevelDBOptions()
        options.writeBufferBytes = 1 << 20
        options.maximumFileBytes = 1 << 20
        let made = InMemoryEngine()
        try await older(2, made, upTo: 6000)
        let index = try LevelDBEngine(directory: directory.path, options: options)
        // In tables of the size of a store that has grown, not in one.
        var next: KeyRange? = KeyRange(from: [], upTo: nil)
        while let range = next {
            let page = try made.page(range, limit: PageLimit(entries: 512, bytes: 1 << 20), order: .ascending)
            var batch = WriteBatch()
            for entry in page.entries { batch.put(entry.key, entry.value) }
            try index.write(batch, durability: .written)
            next = page.remainder
        }
        try index.compact(KeyRange(from: [], upTo: nil))
        let bulk = try LevelDBEngine(directory: directory.file("blocks"), options: options)
        let measured = MeasuringEngine(PairedEngine(index: index, bulk: bulk), directory.path)
        let before = measured.size
        #expect(before > 8 << 20)
        try ChainStore.upgrade(measured, from: 2, room: 1 << 20)
        #expect(measured.most < before / 2 * 3, "\(measured.most) of \(before)")
        #expect(measured.size < before / 4 * 5, "\(measured.size) of \(before)")
        measured.close()
        let store = try await ChainStore.open(directory: directory.path, mode: .existing(testNetwork))
        try await check(store, upTo: 6000, "upgraded")
        try await store.close()
    }

    /// The same, by a real kill: a child is killed while it upgrades, the parent goes on.
    @Test func anUpgradeKilledInTheMiddleGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let engine = try LevelDBEngine(directory: directory.path)
        try await older(2, engine, upTo: 2500)
        engine.close()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String] in
            let index = try LevelDBEngine(directory: path)
            let bulk = try LevelDBEngine(directory: path + "/blocks")
            _ = try await ChainStore.open(
                engine: PairedEngine(index: KillingEngine(index, before: 2), bulk: bulk),
                mode: .existing(testNetwork)
            )
        }
        let store = try await ChainStore.open(directory: directory.path, mode: .existing(testNetwork))
        try await check(store, upTo: 2500, "after the kill")
        #expect(try await store.verify().unnamedMessages == 1024)
        #expect(try await store.reindex() == 1024)
        try await check(store, upTo: 2500, "after reindexing")
        try await store.close()
    }

    @Test func missingBlocksAreDamageNotAnEmptyStore() async throws {
        let directory = try TemporaryDirectory()
        let store = try await ChainStore.open(directory: directory.path, mode: .create(testNetwork))
        try await TwoDatabasesTests.put(store, 1, .synced)
        try await store.close()
        let folder = directory.file(StoreDirectory.messagesFolder)
        try FileManager.default.removeItem(atPath: folder)
        for isEmptyFolder in [false, true] {
            if isEmptyFolder {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            for mode in [OpenMode.create(testNetwork), .existing(nil)] {
                await #expect {
                    try await ChainStore.open(directory: directory.path, mode: mode)
                } throws: { error in
                    guard case StoreError.corrupted(directory.path, let detail) = error else { return false }
                    return detail.contains("its blocks are gone")
                }
            }
        }
        try FileManager.default.removeItem(atPath: folder)
        // Mended, it knows that the block is lost, and takes it again.
        let report = try await ChainStore.repair(directory: directory.path)
        #expect(report.isSound, "\(report.problems)")
        let mended = try await ChainStore.open(directory: directory.path, mode: .existing(nil))
        #expect(try await mended.block(root(1)) == nil)
        #expect(try await mended.summary(root(1)) != nil)
        try await TwoDatabasesTests.put(mended, 1)
        #expect(try await mended.block(root(1)) == TwoDatabasesTests.bytes(1))
        try await mended.close()
    }

    /// Blocks without the records that say whose they are: nothing is begun beside them.
    @Test func blocksWithoutAnIndexAreNoStore() async throws {
        let directory = try TemporaryDirectory()
        let store = try await ChainStore.open(directory: directory.path, mode: .create(testNetwork))
        try await TwoDatabasesTests.put(store, 1, .synced)
        try await store.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) where name != "blocks" {
            try FileManager.default.removeItem(atPath: directory.file(name))
        }
        await #expect(throws: StoreError.notAChainStore(directory: directory.path)) {
            try await ChainStore.open(directory: directory.path, mode: .create(testNetwork))
        }
    }

    /// A child puts and removes blocks from several tasks, notes what was acknowledged, and is killed meanwhile.
    @Test(arguments: [Durability.written, .synced])
    func aNamedBlockIsThereAfterAKill(_ durability: Durability) async throws {
        let directory = try TemporaryDirectory()
        let notes = try TemporaryDirectory()
        let isSynced = durability == .synced
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = directory.path as String, notes = notes.file("notes") as String, isSynced = isSynced as Bool] in
            let store = try await ChainStore.open(
                directory: path,
                mode: .create(testNetwork),
                configuration: TwoDatabasesTests.small
            )
            try await noteUntilKilled(notes, behind: 900) { number in
                try await TwoDatabasesTests.put(store, number, isSynced ? .synced : .written)
                if number % 16 == 3 { try await store.remove([root(number)]) }
            }
        }
        let numbers = try noted(notes.file("notes"))
        #expect(numbers.count > 112)
        let store = try await ChainStore.open(directory: directory.path, mode: .existing(testNetwork))
        for number in numbers {
            let block = try await store.block(root(number))
            #expect(block == (number % 16 == 3 ? nil : TwoDatabasesTests.bytes(number)), "block \(number)")
        }
        for number in 0..<2000 {
            let block = try await store.block(root(number))
            #expect((try await store.summary(root(number)) != nil) == (block != nil), "block \(number)")
            #expect(block == nil || block == TwoDatabasesTests.bytes(number))
        }
        let report = try await store.verify()
        #expect(report.isSound, "\(report.problems)")
        try await store.close()
    }

    /// Either log cut at any byte: a name may lose its message or a message its name, and both are told apart.
    @Test(arguments: [71, 72] as [UInt64])
    func aCutLogOfEitherDatabaseIsNoticed(_ seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let image = try TemporaryDirectory()
        let store = try await ChainStore.open(directory: image.path, mode: .create(testNetwork))
        for number in 1...40 { try await TwoDatabasesTests.put(store, number) }
        let copied = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: image.path, toPath: copied.file("image"))
        try await store.close()
        let logs = try FileManager.default.subpathsOfDirectory(atPath: copied.file("image"))
            .filter { $0.hasSuffix(".log") }.sorted()
        #expect(logs.count == 2)
        for round in 0..<30 {
            let path = copied.file("round\(round)")
            try FileManager.default.copyItem(atPath: copied.file("image"), toPath: path)
            let log = "\(path)/\(logs[round % 2])"
            var status = stat()
            try #require(stat(log, &status) == 0)
            // The first records of the index say what the store is.
            let cut = off_t.random(in: 200...status.st_size, using: &random)
            #expect(truncate(log, cut) == 0)
            let label: Comment = "seed \(seed), \(logs[round % 2]) cut at \(cut)"
            let opened = try await ChainStore.open(directory: path, mode: .existing(testNetwork))
            var lost = 0
            var there = 0
            for number in 1...40 {
                let isNamed = try await opened.summary(root(number)) != nil
                let block = try await opened.block(root(number))
                #expect(block == nil || (isNamed && block == TwoDatabasesTests.bytes(number)), label)
                if isNamed, block == nil { lost += 1 }
                if block != nil { there += 1 }
            }
            let report = try await opened.verify()
            #expect(report.problemCount == lost, "\(report.problems) \(label)")
            #expect(report.unnamedMessages == (report.tables[.messages]?.entries ?? 0) - there, label)
            #expect(lost == 0 || report.unnamedMessages == 0, label)
            for number in 1...40 { try await TwoDatabasesTests.put(opened, number) }
            for number in 1...40 {
                #expect(try await opened.block(root(number)) == TwoDatabasesTests.bytes(number), label)
            }
            #expect(try await opened.verify().isSound, label)
            try await opened.close()
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// LevelDB says in its log what it rewrites: of messages nothing, in whatever order their roots and slots come.
    @Test func messagesAreWrittenOnce() async throws {
        let directory = try TemporaryDirectory()
        var random = SplitMix64(seed: 81)
        let store = try await ChainStore.open(
            directory: directory.path,
            mode: .create(testNetwork),
            configuration: TwoDatabasesTests.small
        )
        for number in (1...3000).shuffled(using: &random) { try await TwoDatabasesTests.put(store, number) }
        try await store.close()
        let log = try String(contentsOfFile: directory.file("blocks/LOG"), encoding: .utf8)
        #expect(log.components(separatedBy: "Level-0 table").count > 20)
        #expect(!log.contains("Compacting"), "\(log)")
    }

    @Test func theTwoShareWhatOneWouldTake() {
        for bytes in [64 << 10, 1 << 20, 16 << 20, 1 << 30] {
            var options = LevelDBOptions()
            options.writeBufferBytes = bytes
            options.blockCacheBytes = bytes
            #expect(options.index.writeBufferBytes + options.messages.writeBufferBytes == bytes)
            #expect(options.index.blockCacheBytes + options.messages.blockCacheBytes == bytes)
            #expect(options.index.maximumOpenFiles + options.messages.maximumOpenFiles <= options.maximumOpenFiles)
        }
    }
}

/// Measures a directory after each write.
private final class MeasuringEngine: KeyValueStore {
    private let engine: any KeyValueStore
    private let directory: String
    private let largest = Mutex(0)

    init(_ engine: any KeyValueStore, _ directory: String) {
        self.engine = engine
        self.directory = directory
    }

    var most: Int { largest.withLock { $0 } }

    /// Files that go between listing and looking count as nothing.
    var size: Int {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        return names.reduce(0) { sum, name in
            var status = stat()
            guard lstat("\(directory)/\(name)", &status) == 0 else { return sum }
            return sum + Int(status.st_size)
        }
    }

    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { try engine.get(key) }

    func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] { try engine.get(all: keys) }

    func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {
        try engine.write(batch, durability: durability)
        let size = size
        largest.withLock { $0 = max($0, size) }
    }

    func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
        try engine.page(range, limit: limit, order: order)
    }

    func compact(_ range: KeyRange) throws(StoreError) { try engine.compact(range) }

    func close() { engine.close() }
}

/// Kills the process before one of its writes.
private final class KillingEngine: KeyValueStore {
    private let engine: any KeyValueStore
    private let faulty: FaultyEngine
    private let last: Int

    init(_ engine: any KeyValueStore, before last: Int) {
        self.engine = engine
        faulty = FaultyEngine(engine, faults: [])
        self.last = last
    }

    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { try engine.get(key) }

    func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] { try engine.get(all: keys) }

    func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {
        if faulty.writeCount + 1 >= last { kill(getpid(), SIGKILL) }
        try faulty.write(batch, durability: durability)
    }

    func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
        try engine.page(range, limit: limit, order: order)
    }

    func close() { engine.close() }
}
