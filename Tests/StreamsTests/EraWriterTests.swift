import Foundation
import GossipIngest
import Snappy
import TestSupport
import Testing

@Suite struct EraWriterTests {
    private func writer(_ folder: TemporaryDirectory, era: UInt64, slots: UInt64 = 8) throws -> EraWriter {
        try EraWriter(directory: folder.path, configName: "net", era: era, slots: slots)
    }

    @Test func whatIsWrittenIsRead() throws {
        let folder = try TemporaryDirectory()
        let writer = try writer(folder, era: 3)
        let blocks: [UInt64: [UInt8]] = [16: [1], 17: [2, 2], 20: [UInt8](repeating: 3, count: 100_000), 23: [4]]
        for (slot, block) in blocks.sorted(by: { $0.key < $1.key }) {
            try writer.block(atSlot: slot, try SnappyFrames.compress(block))
            try writer.entry(.compressedPayloadEnvelope, try SnappyFrames.compress([9]))
        }
        let path = try writer.finish(state: try SnappyFrames.compress([7, 7]), root: [0x0a, 0xbc, 0, 0xff, 1])
        #expect(path == folder.path + "/net-00003-0abc00ff.era")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["net-00003-0abc00ff.era"])
        let era = try EraFile(path: path)
        #expect(era.slotsWithBlocks == [16, 17, 20, 23])
        #expect(era.blockIndex?.firstSlot == 16)
        #expect(era.stateIndex.firstSlot == 24)
        for (slot, block) in blocks { #expect(try era.block(atSlot: slot)?.ssz(maximum: 100_000) == block) }
        #expect(try era.state()?.ssz(maximum: 2) == [7, 7])
    }

    @Test func theEraOfGenesisHasNoBlocks() throws {
        let folder = try TemporaryDirectory()
        let writer = try writer(folder, era: 0)
        #expect(throws: StreamError.self) { try writer.block(atSlot: 0, [1]) }
        let path = try writer.finish(state: try SnappyFrames.compress([1]), root: [1, 2, 3, 4])
        let era = try EraFile(path: path)
        #expect(era.blockIndex == nil)
        #expect(era.stateIndex.firstSlot == 0)
    }

    @Test func slotsOfOtherErasAndSecondBlocksAreRefused() throws {
        let folder = try TemporaryDirectory()
        let writer = try writer(folder, era: 1)
        try writer.block(atSlot: 7, [1])
        for slot in [7, 8, UInt64.max] { #expect(throws: StreamError.self) { try writer.block(atSlot: slot, [1]) } }
        #expect(throws: StreamError.self) { try self.writer(folder, era: 1) }
        #expect(throws: StreamError.self) { try self.writer(folder, era: .max) }
        #expect(throws: StreamError.self) { try self.writer(folder, era: 1, slots: 1 << 20) }
    }

    /// A file that is not finished has another name than an era.
    @Test func anUnfinishedFileIsNoEra() throws {
        let folder = try TemporaryDirectory()
        try writer(folder, era: 2).block(atSlot: 8, [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["net-00002.partial"])
    }
}
