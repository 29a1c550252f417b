import Foundation
import Snappy
import TestSupport
import Testing

@Suite struct SnappyFramesTests {
    static let identifier: [UInt8] = [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]

    @Test func checksumOfKnownText() {
        // The check value that the CRC catalogues give for CRC-32C, and its masked form.
        #expect(CRC32C.checksum(Array("123456789".utf8)[...]) == 0xe306_9283)
        #expect(CRC32C.checksum([]) == 0)
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(CRC32C.checksum(zeros[...]) == 0x8a91_36aa)
        #expect(CRC32C.masked(zeros[...]) == (0x8a91_36aa >> 15 | 0x8a91_36aa << 17) &+ 0xa282_ead8 as UInt32)
    }

    @Test func realStreamOfAPeer() throws {
        let chains = ProcessInfo.processInfo.environment["MARTLET_CHAINS"] ?? "../shared/chains"
        let stream = URL(fileURLWithPath: "\(chains)/wire/reqresp_block.framed_snappy")
        guard FileManager.default.fileExists(atPath: stream.path) else {
            print("skipped: SnappyFramesTests.realStreamOfAPeer: no \(stream.path)")
            return
        }
        let bytes = [UInt8](try Data(contentsOf: stream))
        let plain = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(chains)/wire/reqresp_block.ssz")))
        #expect(try SnappyFrames.uncompress(bytes, maximum: plain.count) == plain)
        #expect(throws: SnappyError.tooLong(maximum: plain.count - 1, got: plain.count)) {
            try SnappyFrames.uncompress(bytes, maximum: plain.count - 1)
        }
        #expect(try SnappyFrames.uncompress(SnappyFrames.compress(plain), maximum: plain.count) == plain)
    }

    @Test func randomBytesSurvive() throws {
        var random = SplitMix64(seed: 3)
        for length in [0, 1, 100, 65_535, 65_536, 65_537, 131_072, 300_001] {
            for compressible in [true, false] {
                let bytes = random.bytes(length, compressible: compressible)
                let stream = try SnappyFrames.compress(bytes)
                #expect(try SnappyFrames.uncompress(stream, maximum: length) == bytes, "\(length), seed 3")
            }
        }
    }

    @Test func paddingAndSkippableChunksAreSkipped() throws {
        let data = try SnappyFrames.compress(Array("martlet".utf8)).dropFirst(10)
        let stream = Self.identifier + [0xfe, 3, 0, 0, 9, 9, 9] + [0x80, 0, 0, 0] + data + Self.identifier + data
        #expect(try SnappyFrames.uncompress(stream, maximum: 14) == Array("martletmartlet".utf8))
    }

    @Test func everyMalformedStreamHasItsError() throws {
        let identifier = Self.identifier
        let block = try Snappy.compress([1, 2, 3])
        let long = try Snappy.compress([UInt8](repeating: 0, count: 65_537))
        let cases: [([UInt8], SnappyError)] = [
            ([], .missingStreamIdentifier),
            ([0x01, 4, 0, 0, 0, 0, 0, 0], .missingStreamIdentifier),
            (Array(identifier.prefix(9)), .truncatedChunk(offset: 0, needed: 10, available: 9)),
            ([0xff, 6, 0, 0] + Array("sNaPpy".utf8), .badStreamIdentifier(offset: 0)),
            ([0xff, 0, 0, 0], .badStreamIdentifier(offset: 0)),
            (identifier + [0xff, 5, 0, 0] + Array("sNaPp".utf8), .badStreamIdentifier(offset: 10)),
            (identifier + [0x00, 1], .truncatedChunk(offset: 10, needed: 4, available: 2)),
            (identifier + [0xfe, 0xff, 0xff, 0xff], .truncatedChunk(offset: 10, needed: 4 + 0xffffff, available: 4)),
            (identifier + [0x02, 0, 0, 0], .unknownChunk(offset: 10, type: 2)),
            (identifier + [0x7f, 0, 0, 0], .unknownChunk(offset: 10, type: 0x7f)),
            (identifier + [0x01, 3, 0, 0, 0, 0, 0], .chunkWithoutChecksum(offset: 10, length: 3)),
            (
                identifier + [0x00, 4, 0, 0, 0, 0, 0, 0],
                .badChunk(offset: 10, .badLengthHeader(got: []))
            ),
            (
                identifier + [0x00, 6, 0, 0, 0, 0, 0, 0, 40, 0],
                .badChunk(offset: 10, .impossibleLength(declared: 40, largestPossible: 21))
            ),
            (
                identifier + [0x00, UInt8(4 + block.count), 0, 0, 1, 2, 3, 4] + block,
                .checksumMismatch(offset: 10, expected: 0x0403_0201, got: CRC32C.masked([1, 2, 3]))
            ),
            (
                identifier + [0x00] + little(4 + long.count) + [0, 0, 0, 0] + long,
                .chunkTooLong(offset: 10, maximum: 65_536, got: 65_537)
            ),
            (
                identifier + [0x01] + little(4 + 65_537) + [UInt8](repeating: 0, count: 4 + 65_537),
                .chunkTooLong(offset: 10, maximum: 65_536, got: 65_537)
            ),
            (
                identifier + [0x01] + little(4 + 101) + [UInt8](repeating: 0, count: 4 + 101),
                .tooLong(maximum: 100, got: 101)
            ),
        ]
        for (bytes, error) in cases {
            #expect(throws: error) { try SnappyFrames.uncompress(bytes, maximum: 100) }
        }
    }

    private func little(_ length: Int) -> [UInt8] {
        [0, 8, 16].map { UInt8(truncatingIfNeeded: length >> $0) }
    }

    @Test func thousandsOfFlipsGiveAnErrorOrTheSameBytes() throws {
        var random = SplitMix64(seed: 5)
        var refused = 0
        for _ in 0..<4_000 {
            let bytes = random.bytes(1 + Int(random.next() % 600), compressible: true)
            var stream = try SnappyFrames.compress(bytes)
            random.damage(&stream)
            do {
                let got = try SnappyFrames.uncompress(stream, maximum: bytes.count)
                // Cutting whole chunks off leaves a valid, shorter stream.
                #expect(got == bytes || got.isEmpty, "seed 5")
            } catch {
                refused += 1
            }
        }
        #expect(refused > 3_000, "\(refused), seed 5")
    }
}
