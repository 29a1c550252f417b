import Foundation
import TestSupport
import Testing

@testable import ChainStore

struct LogTests {
    /// A log LevelDB wrote, with records smaller and larger than a block; the ends of its records.
    private func writeLog(_ directory: TemporaryDirectory) throws -> (bytes: [UInt8], ends: [Int]) {
        let engine = try LevelDBEngine(directory: directory.path)
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).first { $0.hasSuffix(".log") }
        )
        let url = URL(fileURLWithPath: directory.file(name))
        var ends: [Int] = []
        // The second record leaves 5 bytes of the first block, which is less than a header.
        for size in [10, 32_768 - 7 - 35 - 7 - 24 - 5, 100, 100_000, 0, 40_000, 5] {
            var batch = WriteBatch()
            batch.put([1], [UInt8](repeating: UInt8(size & 255), count: size))
            try engine.write(batch, durability: .written)
            ends.append(try Data(contentsOf: url).count)
        }
        let bytes = [UInt8](try Data(contentsOf: url))
        engine.close()
        return (bytes, ends)
    }

    private func sound(_ bytes: [UInt8]) -> Int {
        var rest = bytes[...]
        return Int(
            LevelDBLog.soundBytes {
                defer { rest = rest.dropFirst(LevelDBLog.blockBytes) }
                return Array(rest.prefix(LevelDBLog.blockBytes))
            }
        )
    }

    @Test func anUntouchedLogIsSound() throws {
        let log = try writeLog(TemporaryDirectory())
        #expect(sound(log.bytes) == log.bytes.count)
        #expect(sound([]) == 0)
    }

    @Test func anyDamageCutsBeforeItsRecord() throws {
        let log = try writeLog(TemporaryDirectory())
        var random = SplitMix64(seed: 51)
        for _ in 0..<300 {
            let place = Int.random(in: 0..<log.bytes.count, using: &random)
            var bytes = log.bytes
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let expected = log.ends.last { $0 <= place } ?? 0
            let found = sound(bytes)
            // A flip in the blank end of a block is no damage; a cut may count that end as sound.
            #expect(
                found == expected || (found > expected && found - expected < 7) || found == bytes.count,
                "at \(place)"
            )
            if found == bytes.count { #expect(log.bytes[place] == 0 && place % LevelDBLog.blockBytes > 32_761) }
        }
        for _ in 0..<100 {
            let place = Int.random(in: 0..<log.bytes.count, using: &random)
            let expected = log.ends.last { $0 <= place } ?? 0
            let found = sound(Array(log.bytes.prefix(place)))
            #expect(found == expected || (found > expected && found - expected < 7), "cut at \(place)")
        }
    }

    @Test func noBytesTrap() {
        var random = SplitMix64(seed: 52)
        for _ in 0..<500 {
            var bytes = random.bytes(Int.random(in: 0...200, using: &random))
            if bytes.count > 6 { bytes[6] = UInt8.random(in: 0...5, using: &random) }
            #expect(sound(bytes) == 0)
        }
    }
}
