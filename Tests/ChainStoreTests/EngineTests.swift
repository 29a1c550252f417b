import Foundation
import TestSupport
import Testing

@testable import ChainStore

enum EngineKind: String, CaseIterable, Sendable {
    case levelDB, memory, paired

    func make(_ directory: TemporaryDirectory) throws -> any KeyValueStore {
        switch self {
        case .levelDB: try LevelDBEngine(directory: directory.path)
        case .memory: InMemoryEngine()
        // Cut in the middle of the keys that the tests use.
        case .paired:
            PairedEngine(
                index: try LevelDBEngine(directory: directory.path),
                bulk: try LevelDBEngine(directory: directory.file("bulk")),
                range: KeyRange(prefix: [3])
            )
        }
    }
}

struct EngineTests {
    @Test(arguments: EngineKind.allCases, [1, 2, 3] as [UInt64])
    func randomOperationsAgreeWithADictionary(_ kind: EngineKind, _ seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        var engine = try kind.make(directory)
        defer { engine.close() }
        var random = SplitMix64(seed: seed)
        var model: [[UInt8]: [UInt8]] = [:]
        let label: Comment = "seed \(seed)"
        for step in 0..<400 {
            var batch = WriteBatch()
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                let key = random.bytes(Int.random(in: 0...3, using: &random)).map { $0 & 7 == 0 ? 0xff : $0 & 7 }
                if Int.random(in: 0..<3, using: &random) == 0 {
                    batch.delete(key)
                    model[key] = nil
                } else {
                    let value = random.bytes(Int.random(in: 0...40, using: &random))
                    batch.put(key, value)
                    model[key] = value
                }
            }
            try engine.write(batch, durability: step % 50 == 0 ? .synced : .written)
            if step % 100 == 99, kind != .memory {
                engine.close()
                engine = try kind.make(directory)
            }
            let probe = random.bytes(2).map { $0 & 7 }
            #expect(try engine.get(probe) == model[probe], label)
            let some = [probe, Array(probe.prefix(1)), [], [0xff]]
            #expect(try engine.get(all: some) == some.map { model[$0] }, label)
            if step % 10 == 0 { try comparePages(engine, model, &random, label) }
        }
    }

    private func comparePages(
        _ engine: any KeyValueStore,
        _ model: [[UInt8]: [UInt8]],
        _ random: inout SplitMix64,
        _ label: Comment
    ) throws {
        let bound = { (random: inout SplitMix64) in random.bytes(Int.random(in: 0...2, using: &random)).map { $0 & 7 }
        }
        for order in [ScanOrder.ascending, .descending] {
            for range in [
                KeyRange(from: [], upTo: nil), KeyRange(prefix: [0xff]), KeyRange(prefix: bound(&random)),
                KeyRange(from: bound(&random), upTo: bound(&random)),
            ] {
                let sorted = model.keys.filter(range.contains).sorted { $0.lexicographicallyPrecedes($1) }
                let expected = order == .ascending ? sorted : sorted.reversed()
                var found: [Page.Entry] = []
                var next: KeyRange? = range
                var pages = 0
                while let rest = next {
                    let limit = PageLimit(entries: Int.random(in: 1...9, using: &random), bytes: 100)
                    let page = try engine.page(rest, limit: limit, order: order)
                    #expect(page.entries.count <= limit.entries, label)
                    found += page.entries
                    next = page.remainder
                    pages += 1
                    #expect(pages <= model.count + 1, label)
                }
                #expect(found.map(\.key) == expected, label)
                #expect(found.map(\.value) == expected.map { model[$0] }, label)
            }
        }
    }

    @Test(arguments: EngineKind.allCases)
    func aClosedEngineRefuses(_ kind: EngineKind) throws {
        let directory = try TemporaryDirectory()
        let engine = try kind.make(directory)
        engine.close()
        engine.close()
        #expect(throws: StoreError.closed) { try engine.get([1]) }
        #expect(throws: StoreError.closed) { try engine.get(all: [[1]]) }
        #expect(throws: StoreError.closed) { try engine.write(WriteBatch(), durability: .synced) }
        #expect(throws: StoreError.closed) {
            try engine.page(KeyRange(prefix: []), limit: PageLimit(), order: .ascending)
        }
    }

    @Test func aPageHoldsOneEntryHoweverLarge() throws {
        for kind in EngineKind.allCases {
            let directory = try TemporaryDirectory()
            let engine = try kind.make(directory)
            defer { engine.close() }
            var batch = WriteBatch()
            batch.put([1], [UInt8](repeating: 7, count: 100_000))
            batch.put([2], [])
            try engine.write(batch, durability: .written)
            let page = try engine.page(KeyRange(prefix: []), limit: PageLimit(entries: 9, bytes: 10), order: .ascending)
            #expect(page.entries.map(\.key) == [[1]])
            #expect(page.remainder == KeyRange(from: [1, 0], upTo: nil))
        }
    }

    @Test func powerCutKeepsWhatWasSynced() throws {
        let engine = InMemoryEngine()
        for (key, durability) in [([1], .synced), ([2], .written), ([3], .synced), ([4], .written)]
            as [([UInt8], Durability)]
        {
            var batch = WriteBatch()
            batch.put(key, [])
            try engine.write(batch, durability: durability)
        }
        #expect(try engine.afterPowerCut().get(all: [[1], [2], [3], [4]]) == [[], [], [], nil])
        #expect(try engine.afterKill().get(all: [[1], [2], [3], [4]]) == [[], [], [], []])
    }

    @Test func prefixRangesEndBehindTheirLastKey() {
        #expect(KeyRange(prefix: [1, 2]).upper == [1, 3])
        #expect(KeyRange(prefix: [1, 255]).upper == [2])
        #expect(KeyRange(prefix: [255, 255]).upper == nil)
        #expect(KeyRange(prefix: []).upper == nil)
    }

    @Test func badPathsAreErrors() throws {
        let directory = try TemporaryDirectory()
        for path in ["", "a\0b"] {
            #expect(throws: StoreError.unusablePath(path, reason: "not a path")) { try LevelDBEngine(directory: path) }
        }
        #expect(throws: StoreError.noStore(directory: directory.path)) {
            try LevelDBEngine(directory: directory.path, createIfMissing: false)
        }
        #expect(throws: StoreError.unusablePath("/dev/null", reason: "a file is in the way")) {
            try LevelDBEngine(directory: "/dev/null")
        }
        #expect { try LevelDBEngine(directory: "/dev/null/below") } throws: { error in
            if case StoreError.unusablePath("/dev/null/below", _) = error { true } else { false }
        }
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        #expect(throws: StoreError.noStore(directory: directory.path)) {
            try LevelDBEngine(directory: directory.path, createIfMissing: false)
        }
    }
}
