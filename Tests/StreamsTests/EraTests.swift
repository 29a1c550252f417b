import Foundation
import GossipIngest
import Snappy
import TestSupport
import Testing

@Suite struct EraTests {
    private func open(_ builder: EraBuilder, _ body: (EraFile) throws -> Void) throws {
        let folder = try TemporaryDirectory()
        try body(try EraFile(path: try folder.write("x.era", builder.bytes)))
    }

    /// The error that opening, and reading all there is, ends in.
    private func problem(_ bytes: [UInt8]) throws -> StreamError? {
        let folder = try TemporaryDirectory()
        let path = try folder.write("x.era", bytes)
        do throws(StreamError) {
            let era = try EraFile(path: path)
            _ = try era.state()
            for slot in era.slotsWithBlocks { _ = try era.block(atSlot: slot) }
            return nil
        } catch {
            return error
        }
    }

    @Test func eraGivesItsBlocksAndState() throws {
        let blocks: [[UInt8]?] = [[1, 1], nil, [3], [UInt8](repeating: 4, count: 100_000), nil]
        try open(try .era(firstSlot: 64, blocks: blocks, state: [9, 9, 9])) { era in
            #expect(era.slotsWithBlocks == [64, 66, 67])
            for (index, block) in blocks.enumerated() {
                let message = try era.block(atSlot: 64 + UInt64(index))
                #expect(try message?.ssz(maximum: 100_000) == block)
            }
            #expect(try era.block(atSlot: 63) == nil)
            #expect(try era.block(atSlot: 69) == nil)
            #expect(try era.block(atSlot: .max) == nil)
            let state = try #require(try era.state())
            #expect(try state.ssz(maximum: 3) == [9, 9, 9])
            #expect(state.origin.contains("x.era:"))
            #expect(era.stateIndex.firstSlot == 69)
        }
    }

    @Test func genesisEraHasAStateOnly() throws {
        try open(try .era(firstSlot: 0, blocks: [], state: [7])) { era in
            #expect(era.blockIndex == nil)
            #expect(era.slotsWithBlocks.isEmpty)
            let state = try #require(try era.state())
            #expect(try state.ssz(maximum: 1) == [7])
        }
    }

    @Test func everyLieHasItsError() throws {
        func expect(_ make: (inout EraBuilder) -> Void, _ fits: (StreamError) -> Bool) throws {
            var builder = EraBuilder()
            make(&builder)
            let error = try problem(builder.bytes)
            #expect(error.map(fits) == true, "\(String(describing: error))")
        }
        let empty = try problem([])
        guard case .truncated(_, 0, 8, 0) = empty else {
            Issue.record("\(String(describing: empty))")
            return
        }
        var headless = EraBuilder(version: false)
        headless.add(.compressedBeaconState, [])
        guard case .noVersion(_, 2, 0) = try problem(headless.bytes) else {
            Issue.record("no version, but no error")
            return
        }
        // The count of an index sends the reader out of the file, or is absurd, or does not fit its entry.
        try expect({ $0.addIndex(firstSlot: 1, [0], count: 3) }) {
            if case .truncated = $0 { true } else { false }
        }
        try expect({ $0.addIndex(firstSlot: 1, [0], count: .max) }) {
            if case .indexCount(_, SlotIndex.maximumCount, .max) = $0 { true } else { false }
        }
        try expect({ $0.addIndex(firstSlot: 1, [0, 0]) }) {
            if case .indexCount(_, 1, 2) = $0 { true } else { false }
        }
        try expect({ $0.addIndex(firstSlot: .max, [0]) }) {
            if case .indexSlots(_, .max, 1) = $0 { true } else { false }
        }
        // Offsets in front of the file, behind it, and as far as numbers go.
        for offset in [-1, 1_000, Int.min / 2, Int.max / 2] {
            try expect({ $0.addIndex(firstSlot: 0, [offset]) }) {
                if case .indexOffset(_, 0, _) = $0 { true } else { false }
            }
        }
        // An offset to an entry of another type.
        try expect({ $0.addIndex(firstSlot: 0, [0]) }) {
            if case .entryType(_, 0, 2, 0x3265) = $0 { true } else { false }
        }
        try expect({ $0.addIndex(firstSlot: 0, [0], type: .compressedBeaconState) }) {
            if case .entryType(_, 8, 0x3269, 2) = $0 { true } else { false }
        }
        // A state entry that says it is longer than the file, and one with the reserved bytes set.
        try expect({ builder in
            let offset = builder.add(.compressedBeaconState, [1, 2, 3], length: 0xffff_ffff)
            builder.addIndex(firstSlot: 0, [offset])
        }) { if case .truncated(_, 8, 0xffff_ffff, 35) = $0 { true } else { false } }
        try expect({ builder in
            let offset = builder.add(.compressedBeaconState, [1], reserved: 5)
            builder.addIndex(firstSlot: 0, [offset])
        }) { if case .reservedNotZero(_, 8, 5) = $0 { true } else { false } }
    }

    @Test func contentLongerThanTheCallerAllows() throws {
        let folder = try TemporaryDirectory()
        var builder = EraBuilder()
        let offset = builder.add(.compressedBeaconState, [1, 2, 3])
        let path = try folder.write("x.e2s", builder.bytes)
        let store = try E2Store(path: path)
        let entry = try store.entry(at: offset)
        #expect(throws: StreamError.tooLong(path: path, maximum: 2, got: 3)) {
            try store.content(of: entry, maximum: 2)
        }
        #expect(try store.content(of: entry, maximum: 3) == [1, 2, 3])
        #expect(try store.entry(after: entry) == nil)
    }

    @Test func thousandsOfFlipsNeverTrap() throws {
        let bytes = try EraBuilder.era(firstSlot: 8, blocks: [[1], nil, [2, 2], [3]], state: [4]).bytes
        var state: UInt64 = 23  // the seed
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        var refused = 0
        for round in 0..<1_500 {
            var damaged = bytes
            for _ in 0...(next() % 3) { damaged[next() % damaged.count] = UInt8(truncatingIfNeeded: next() >> 3) }
            if round.isMultiple(of: 5) { damaged.removeLast(next() % damaged.count) }
            if try problem(damaged) != nil { refused += 1 }
        }
        #expect(refused > 300 && refused < 1_500, "\(refused)")
    }

    /// A real container of the execution layer: other entry types, the same layout.
    @Test func realContainerIsWalkedToItsEnd() throws {
        let chains = ProcessInfo.processInfo.environment["MARTLET_CHAINS"] ?? "../shared/chains"
        let path = "\(chains)/wire/sepolia-00000-643a00f7.era1"
        guard FileManager.default.fileExists(atPath: path) else {
            print("skipped: EraTests.realContainerIsWalkedToItsEnd: no \(path)")
            return
        }
        let store = try E2Store(path: path)
        var entry: E2Entry? = try store.entry(at: 0)
        var counts: [UInt16: Int] = [:]
        var end = 0
        while let current = entry {
            counts[current.type.rawValue, default: 0] += 1
            // 3 to 5 are snappy streams of header, body and receipts.
            if (3...5).contains(current.type.rawValue) {
                let content = try store.content(of: current, maximum: 1 << 20)
                #expect(try !SnappyFrames.uncompress(content, maximum: 1 << 20).isEmpty)
            }
            end = current.end
            entry = try store.entry(after: current)
        }
        #expect(end == store.file.size)
        #expect(counts[3] == 8_192 && counts[4] == 8_192 && counts[5] == 8_192, "\(counts)")
        #expect(counts[E2Type.version.rawValue] == 1)
    }
}
