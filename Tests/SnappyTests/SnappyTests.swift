import Snappy
import TestSupport
import Testing

@Suite struct SnappyTests {
    @Test func knownBlocks() throws {
        #expect(try Snappy.uncompress([0], maximum: 0) == [])
        // "abcd", then a copy of 4 from 4 back: 8 bytes.
        let block: [UInt8] = [8, 3 << 2, 0x61, 0x62, 0x63, 0x64, 0x01, 4]
        #expect(try Snappy.uncompress(block, maximum: 8) == Array("abcdabcd".utf8))
        #expect(try Snappy.uncompressedLength(block) == 8)
        #expect(try Snappy.uncompressedLength([0xff, 0xff, 0xff, 0xff, 0x0f]) == Int(UInt32.max))
        #expect(try Snappy.uncompress(block[0...], maximum: 8).count == 8)
    }

    @Test func randomBytesSurvive() throws {
        var random = SplitMix64(seed: 7)
        for length in [0, 1, 2, 59, 60, 61, 4_096, 65_535, 65_536, 65_537, 300_000] {
            for compressible in [true, false] {
                let bytes = random.bytes(length, compressible: compressible)
                let block = try Snappy.compress(bytes)
                #expect(try Snappy.uncompress(block, maximum: length) == bytes, "\(length), seed 7")
                #expect(try Snappy.compress(bytes[...]) == block)
            }
        }
    }

    @Test func everyMalformedBlockHasItsError() {
        let cases: [([UInt8], SnappyError)] = [
            ([], .badLengthHeader(got: [])),
            ([0x80], .badLengthHeader(got: [0x80])),
            ([0xff, 0xff, 0xff, 0xff, 0x1f, 0], .badLengthHeader(got: [0xff, 0xff, 0xff, 0xff, 0x1f])),
            ([0x80, 0x80, 0x80, 0x80, 0x80, 0], .badLengthHeader(got: [0x80, 0x80, 0x80, 0x80, 0x80])),
            ([101, 0], .tooLong(maximum: 100, got: 101)),
            ([0xff, 0xff, 0xff, 0xff, 0x0f], .tooLong(maximum: 100, got: Int(UInt32.max))),
            ([100, 1, 2, 3], .impossibleLength(declared: 100, largestPossible: 64)),
            ([1], .impossibleLength(declared: 1, largestPossible: 0)),
            ([0, 0, 0x61], .corruptBlock(declaredLength: 0)),
            // A literal shorter than promised, one longer, and a copy from before the beginning.
            ([5, 3 << 2, 0x61, 0x62, 0x63, 0x64], .corruptBlock(declaredLength: 5)),
            ([3, 3 << 2, 0x61, 0x62, 0x63, 0x64], .corruptBlock(declaredLength: 3)),
            ([8, 3 << 2, 0x61, 0x62, 0x63, 0x64, 0x01, 5], .corruptBlock(declaredLength: 8)),
        ]
        for (bytes, error) in cases {
            #expect(throws: error) { try Snappy.uncompress(bytes, maximum: 100) }
        }
    }

    @Test func thousandsOfFlipsNeverTrap() throws {
        var random = SplitMix64(seed: 11)
        var refused = 0
        for _ in 0..<4_000 {
            let bytes = random.bytes(Int(random.next() % 600), compressible: true)
            var block = try Snappy.compress(bytes)
            random.damage(&block)
            do {
                #expect(try Snappy.uncompress(block, maximum: 1_000).count <= 1_000)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1_000 && refused < 4_000, "\(refused), seed 11")
    }
}
