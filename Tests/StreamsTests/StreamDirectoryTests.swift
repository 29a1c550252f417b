import Foundation
import GossipIngest
import Snappy
import TestSupport
import Testing

@Suite struct StreamDirectoryTests {
    @Test func blocksAreCountedNotSortedAsText() throws {
        let folder = try TemporaryDirectory()
        for number in 0..<12 {
            let block = [UInt8(number)]
            if number.isMultiple(of: 2) {
                try folder.write("blocks_\(number).ssz_snappy", try Snappy.compress(block))
            } else {
                try folder.write("blocks_\(number).ssz", block)
            }
        }
        try folder.write("pre.ssz_snappy", try Snappy.compress([100]))
        try folder.write("post.ssz", [101])
        try folder.write("anchor_block.ssz", [102])
        try folder.write("config.yaml", [])
        try folder.write("meta.yaml", [])
        try folder.write("blocks_01.ssz", [])
        let stream = try StreamDirectory(path: folder.path)
        for number in 0..<12 {
            let block = try stream.block(number)
            #expect(try block.ssz(maximum: 1) == [UInt8(number)])
        }
        #expect(stream.blockNames.count == 12)
        #expect(try stream.state().ssz(maximum: 1) == [100])
        #expect(try stream.post()?.ssz(maximum: 1) == [101])
        #expect(try stream.anchorBlock()?.ssz(maximum: 1) == [102])
        #expect(stream.configPath == "\(folder.path)/config.yaml")
        #expect(stream.otherNames == ["blocks_01.ssz", "meta.yaml"])
        #expect(throws: StreamError.missingBlock(path: folder.path, number: 12)) { try stream.block(12) }
        #expect(throws: SnappyError.tooLong(maximum: 0, got: 1)) { try stream.post()?.ssz(maximum: 0) }
    }

    @Test func blocksBySlotAndRootAndSidecarsByName() throws {
        let folder = try TemporaryDirectory()
        let names = [
            "blocks_0.ssz", "slot_9.ssz_snappy", "slot_10.ssz", "block_0xab.ssz_snappy", "blobs_0_1.ssz",
            "blob_x.ssz_snappy",
            "columns_0_1.ssz_snappy", "column_0xcd.ssz_snappy", "column.ssz", "columns_1.txt", "slot_08.ssz",
            "anchor_state.ssz",
        ]
        for name in names { try folder.write(name, [1]) }
        try FileManager.default.createDirectory(atPath: "\(folder.path)/orphans", withIntermediateDirectories: false)
        let stream = try StreamDirectory(path: folder.path)
        #expect(
            stream.blockNames == ["blocks_0.ssz", "slot_9.ssz_snappy", "slot_10.ssz", "block_0xab.ssz_snappy"]
        )
        #expect(
            stream.sidecarNames
                == ["blob_x.ssz_snappy", "blobs_0_1.ssz", "column_0xcd.ssz_snappy", "columns_0_1.ssz_snappy"]
        )
        #expect(stream.otherNames == ["column.ssz", "columns_1.txt", "slot_08.ssz"])
        #expect(stream.orphansPath == "\(folder.path)/orphans")
        #expect(try stream.state().kind == .state)
        #expect(
            try stream.sidecarNames.map { try stream.sidecar($0).kind }
                == [.blobSidecar, .blobSidecar, .dataColumnSidecar, .dataColumnSidecar]
        )
        #expect(throws: StreamError.missingFile(path: folder.path, name: "column.ssz")) {
            try stream.sidecar("column.ssz")
        }
    }

    @Test func envelopesBelongToBlocks() throws {
        let folder = try TemporaryDirectory()
        for number in 0..<3 { try folder.write("blocks_\(number).ssz", [UInt8(number)]) }
        try folder.write("envelopes_0.ssz", [10])
        try folder.write("envelopes_2.ssz_snappy", try Snappy.compress([12]))
        let stream = try StreamDirectory(path: folder.path)
        #expect(stream.envelopeNames == [0: "envelopes_0.ssz", 2: "envelopes_2.ssz_snappy"])
        #expect(stream.otherNames == [])
        #expect(try stream.envelope(2)?.ssz(maximum: 1) == [12])
        #expect(try stream.envelope(0)?.kind == .payloadEnvelope)
        #expect(try stream.envelope(1)?.bytes == nil)
        try folder.write("envelopes_2.ssz", [])
        #expect(throws: StreamError.self) { try StreamDirectory(path: folder.path) }
    }

    @Test func anEnvelopeWithoutItsBlockIsRefused() throws {
        let folder = try TemporaryDirectory()
        try folder.write("blocks_0.ssz", [])
        try folder.write("envelopes_1.ssz", [])
        #expect(throws: StreamError.missingBlock(path: folder.path, number: 1)) {
            try StreamDirectory(path: folder.path)
        }
    }

    @Test func foldersThatCannotBeMeant() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path
        #expect(throws: StreamError.missingFile(path: path, name: "pre, genesis or anchor_state")) {
            try StreamDirectory(path: path).state()
        }
        try folder.write("blocks_1.ssz", [])
        #expect(throws: StreamError.missingBlock(path: path, number: 0)) { try StreamDirectory(path: path) }
        try folder.write("blocks_0.ssz", [])
        try folder.write("blocks_0.ssz_snappy", [])
        #expect(throws: StreamError.ambiguous(path: path, first: "blocks_0.ssz", second: "blocks_0.ssz_snappy")) {
            try StreamDirectory(path: path)
        }
        let second = try TemporaryDirectory()
        try second.write("pre.ssz", [])
        try second.write("genesis.ssz_snappy", [])
        #expect(throws: StreamError.ambiguous(path: second.path, first: "genesis.ssz_snappy", second: "pre.ssz")) {
            try StreamDirectory(path: second.path)
        }
        #expect(throws: StreamError.cannotList(path: path + "/absent")) { try StreamDirectory(path: path + "/absent") }
    }

    @Test func filesThatAreNone() throws {
        let folder = try TemporaryDirectory()
        #expect(throws: StreamError.notAFile(path: folder.path)) { try ByteFile(path: folder.path) }
        #expect(throws: StreamError.notAFile(path: "/dev/null")) { try ByteFile(path: "/dev/null") }
        #expect(throws: StreamError.cannotOpen(path: folder.path + "/no", errno: 2)) {
            try ByteFile(path: folder.path + "/no")
        }
        let path = try folder.write("x", [1, 2, 3])
        #expect(throws: StreamError.tooLong(path: path, maximum: 2, got: 3)) {
            try ByteFile.contents(of: path, maximum: 2)
        }
        let file = try ByteFile(path: path)
        for (offset, count) in [(0, 4), (3, 1), (-1, 1), (4, 0), (0, -1), (1, Int.max), (Int.max, 1)] {
            #expect(throws: StreamError.self) { try file.read(at: offset, count: count) }
        }
        #expect(try file.read(at: 1, count: 2) == [2, 3])
        #expect(try file.read(at: 3, count: 0) == [])
        // The file shrinks while it is open.
        try Data([1]).write(to: URL(fileURLWithPath: path), options: [])
        let shrunk = try ByteFile(path: path)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 0)
        #expect(throws: StreamError.truncated(path: path, offset: 0, needed: 1, available: 0)) {
            try shrunk.read(at: 0, count: 1)
        }
    }

    @Test func recordedRuns() throws {
        let chains = ProcessInfo.processInfo.environment["MARTLET_CHAINS"] ?? "../shared/chains"
        for (name, blocks) in [("bellatrix-256", 96), ("capella-gap", 2), ("mainnet-genesis", 4), ("sepolia-fulu", 1)] {
            guard FileManager.default.fileExists(atPath: "\(chains)/\(name)") else {
                print("skipped: StreamDirectoryTests.recordedRuns: no \(chains)/\(name)")
                continue
            }
            let stream = try StreamDirectory(path: "\(chains)/\(name)")
            #expect(stream.blockNames.count == blocks)
            #expect(try stream.state().ssz(maximum: 64 << 20).count > 1_000)
            for number in 0..<blocks { #expect(try stream.block(number).ssz(maximum: 10 << 20).count > 100) }
        }
    }
}
