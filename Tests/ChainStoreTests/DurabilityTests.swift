import Foundation
import Hashing
import TestSupport
import Testing

@testable import ChainStore

/// What is left after a kill, a cut file, a flipped bit: acknowledged writes, whole batches, or an error.
struct DurabilityTests {
    private static func item(_ number: Int) -> Import {
        Import(
            root: root(number),
            summary: summary(slot: UInt64(number), parent: root(number - 1), state: root(10_000 + number)),
            state: StateSummary(slot: UInt64(number), stateRoot: root(10_000 + number), baseRoot: root(number)),
            snapshot: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 300),
            lifecycle: [UInt8(truncatingIfNeeded: number)]
        )
    }

    /// `true` if the whole import is there, `false` if nothing of it is; anything between is a failure.
    private func isWhole(_ store: ChainStore, _ number: Int, _ label: Comment) async throws -> Bool {
        let item = DurabilityTests.item(number)
        let parts = [
            try await store.summary(item.root) == item.summary,
            try await store.stateSummary(item.root) == item.state,
            try await store.snapshot(blockRoot: item.root) == item.snapshot,
            try await store.lifecycle(item.root) == item.lifecycle,
            try await store.roots(atSlot: UInt64(number)) == [item.root],
            try await store.children(of: root(number - 1)) == [item.root],
            try await store.blockRoot(stateRoot: item.state.stateRoot) == item.root,
        ]
        #expect(Set(parts).count == 1, "import \(number) is there in part: \(parts), \(label)")
        return parts[0]
    }

    /// A child process writes from several tasks, notes each acknowledgement in a file and kills itself meanwhile.
    @Test(arguments: [Durability.written, .synced])
    func nothingAcknowledgedIsLostByAKill(_ durability: Durability) async throws {
        let directory = try TemporaryDirectory()
        let acknowledged = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: acknowledged.path, withIntermediateDirectories: true)
        let isSynced = durability == .synced
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [
                path = directory.path as String, notes = acknowledged.file("notes") as String,
                isSynced = isSynced as Bool
            ] in
            var configuration = StoreConfiguration()
            configuration.levelDB.writeBufferBytes = 64 << 10
            let store = try await ChainStore.open(
                directory: path,
                mode: .create(testNetwork),
                configuration: configuration
            )
            try await noteUntilKilled(notes, behind: 700) { number in
                try await store.commitImport(
                    DurabilityTests.item(number),
                    durability: isSynced ? .synced : .written
                )
            }
        }
        let numbers = try noted(acknowledged.file("notes"))
        #expect(numbers.count > 88)
        let store = try await ChainStore.open(directory: directory.path, mode: .existing(testNetwork))
        for number in numbers {
            #expect(try await isWhole(store, number, "acknowledged"), "import \(number) was acknowledged")
        }
        for number in 0..<2000 { _ = try await isWhole(store, number, "any") }
        let report = try await store.verify()
        #expect(report.isSound, "\(report.problems)")
        try await store.close()
    }

    /// The log cut at any byte: what was acknowledged before that byte is there, batches are whole.
    @Test(arguments: [31, 32] as [UInt64])
    func aCutLogLosesWholeBatchesFromTheEnd(_ seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var random = SplitMix64(seed: seed)
        let store = try await ChainStore.open(directory: directory.path, mode: .create(testNetwork))
        let log = try #require(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).first { $0.hasSuffix(".log") }
        )
        var sizes: [UInt64] = []
        for number in 0..<60 {
            try await store.commitImport(DurabilityTests.item(number), durability: number % 3 == 0 ? .synced : .written)
            sizes.append(try size(directory.file(log)))
        }
        let image = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: directory.path, toPath: image.path)
        try await store.close()
        let first = sizes[0]
        let last = try #require(sizes.last)
        for _ in 0..<40 {
            let cut = UInt64.random(in: first...last, using: &random)
            let copy = try TemporaryDirectory()
            try FileManager.default.copyItem(atPath: image.path, toPath: copy.path)
            #expect(truncate(copy.file(log), off_t(cut)) == 0)
            let label: Comment = "cut at \(cut), seed \(seed)"
            let opened = try await ChainStore.open(directory: copy.path, mode: .existing(testNetwork))
            for (number, size) in sizes.enumerated() {
                #expect(try await isWhole(opened, number, label) == (size <= cut), "import \(number), \(label)")
            }
            #expect(try await opened.verify().isSound, label)
            try await opened.commitImport(DurabilityTests.item(999))
            try await opened.close()
            let again = try await ChainStore.open(directory: copy.path, mode: .existing(testNetwork))
            #expect(try await isWhole(again, 999, label))
            try await again.close()
        }
    }

    /// Flipped, cut and missing files: errors or lost entries, never a trap and never a wrong value.
    @Test(arguments: [41, 42, 43] as [UInt64])
    func damageIsAnErrorOrALoss(_ seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let image = try TemporaryDirectory()
        var configuration = StoreConfiguration()
        configuration.levelDB.writeBufferBytes = 64 << 10
        configuration.cacheBytes = 0
        let full = try await ChainStore.open(
            directory: image.path,
            mode: .create(testNetwork),
            configuration: configuration
        )
        for number in 0..<300 {
            var item = DurabilityTests.item(number)
            item.snapshot = incompressible(number)
            let facts = try #require(item.summary)
            _ = try await full.putBlockIfAbsent(
                root: item.root,
                summary: facts,
                ssz: incompressible(-number),
                durability: .written
            )
            try await full.commitImport(item, durability: .written)
        }
        try await full.close()
        let files = try FileManager.default.subpathsOfDirectory(atPath: image.path)
            .filter { !$0.hasSuffix("LOCK") && $0 != StoreDirectory.messagesFolder }.sorted()
        #expect(files.contains { $0.hasSuffix(".ldb") && !$0.hasPrefix("blocks/") })
        #expect(files.contains { $0.hasSuffix(".ldb") && $0.hasPrefix("blocks/") })
        var refused = 0
        var failedReads = 0
        for round in 0..<40 {
            let copy = try TemporaryDirectory()
            try FileManager.default.copyItem(atPath: image.path, toPath: copy.path)
            let name = files[Int.random(in: 0..<files.count, using: &random)]
            try damage(copy.file(name), &random)
            let label: Comment = "seed \(seed) round \(round) file \(name)"
            do {
                let store = try await ChainStore.open(
                    directory: copy.path,
                    mode: .existing(testNetwork),
                    configuration: configuration
                )
                for number in stride(from: 0, to: 300, by: 7) {
                    do {
                        let found = try await store.snapshot(stateRoot: root(10_000 + number))
                        #expect(found == nil || found == incompressible(number), label)
                        let summary = try await store.summary(root(number))
                        #expect(summary == nil || summary == DurabilityTests.item(number).summary, label)
                        let block = try await store.block(root(number))
                        #expect(block == nil || block == incompressible(-number), label)
                    } catch is StoreError {
                        failedReads += 1
                    }
                }
                _ = try await store.verify()
                try await store.close()
            } catch is StoreError {
                refused += 1
            }
            do {
                let report = try await ChainStore.repair(directory: copy.path, configuration: configuration)
                #expect(report.isSound, "\(report.problems) \(label)")
                let store = try await ChainStore.open(directory: copy.path, mode: .existing(testNetwork))
                for number in stride(from: 0, to: 300, by: 7) {
                    let found = try await store.snapshot(stateRoot: root(10_000 + number))
                    #expect(found == nil || found == incompressible(number), label)
                    let block = try await store.block(root(number))
                    #expect(block == nil || block == incompressible(-number), label)
                    // What is lost can be put again.
                    let facts = try #require(DurabilityTests.item(number).summary)
                    let isPut = try await store.putBlockIfAbsent(
                        root: root(number),
                        summary: facts,
                        ssz: incompressible(-number),
                        durability: .written
                    )
                    #expect(isPut == (block == nil), label)
                }
                try await store.close()
            } catch is StoreError {
                // The schema record itself can be among what is lost.
            }
        }
        #expect(refused > 0 && failedReads > 0, "the damage must be noticed at least once")
    }

    private func incompressible(_ number: Int) -> [UInt8] {
        var random = SplitMix64(seed: UInt64(bitPattern: Int64(number)))
        return random.bytes(600)
    }

    private func damage(_ path: String, _ random: inout SplitMix64) throws {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            try FileManager.default.removeItem(atPath: path)
            return
        case 1 where !bytes.isEmpty:
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        case 2 where !bytes.isEmpty:
            let start = Int.random(in: 0..<bytes.count, using: &random)
            for index in start..<min(bytes.count, start + 512) { bytes[index] = 0 }
        default:
            for _ in 0..<8 where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private func size(_ path: String) throws -> UInt64 {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return UInt64(status.st_size)
    }

    /// The engine stops before any one write: what was acknowledged is there, the rest is whole or absent.
    @Test(arguments: 2...12)
    func aStopBeforeAnyWriteLosesNothing(_ write: Int) async throws {
        let memory = InMemoryEngine()
        let store = try await ChainStore.open(
            engine: FaultyEngine(memory, faults: [.stopBeforeWrite(write)]),
            mode: .create(testNetwork)
        )
        let acknowledged = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<60 {
                group.addTask {
                    do {
                        try await store.commitImport(DurabilityTests.item(number))
                        return number
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: Set<Int>()) { if let number = $1 { $0.insert(number) } }
        }
        let found = memory.afterPowerCut()
        try await store.close()
        let again = try await ChainStore.open(engine: found, mode: .existing(testNetwork))
        for number in 0..<60 {
            #expect(try await isWhole(again, number, "write \(write)") == acknowledged.contains(number))
        }
        #expect(try await again.verify().isSound)
        try await again.close()
    }
}
