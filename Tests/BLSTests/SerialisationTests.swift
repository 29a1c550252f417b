import Hashing
import TestSupport
import Testing

@testable import BLS

@Suite struct SerialisationTests {
    private func key(_ bytes: [UInt8]) throws -> Bytes48 { try #require(Bytes48(bytes)) }
    private func signature(_ bytes: [UInt8]) throws -> Bytes96 { try #require(Bytes96(bytes)) }

    @Test func pointsSurviveBothDirections() throws {
        for i in 1...20 {
            let p = G1(.generator).multiplied(by: UInt64(i) &* 0x1234_5678_9abc_def1).affine()
            for point in [p, -p] {
                let bytes = point.compressed
                #expect(try G1Affine(compressed: bytes) == point)
                let key = try PublicKey(compressed: bytes)
                #expect(key.compressed == bytes)
                #expect(PublicKey(uncheckedUncompressed: key.uncompressedBytes) == key)
            }
            let q = G2(.generator).multiplied(by: UInt64(i) &* 0x1234_5678_9abc_def1).affine()
            for point in [q, -q] {
                let bytes = point.compressed
                #expect(try Signature(compressed: bytes).point == point)
                #expect(try Signature(compressed: bytes).compressed == bytes)
            }
        }
    }

    @Test func generatorsHaveTheirKnownBytes() {
        #expect(
            G1Affine.generator.compressed.description
                == "0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        )
        #expect(
            G2Affine.generator.compressed.description
                == "0x93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
                + "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
        )
    }

    @Test func infinityIsASignatureButNoKey() throws {
        let zeroes = [UInt8](repeating: 0, count: 95)
        #expect(try Signature(compressed: signature([0xc0] + zeroes)) == .infinity)
        #expect(Signature.infinity.compressed.bytes == [0xc0] + zeroes)
        let bytes = try key([0xc0] + zeroes.prefix(47))
        #expect(try G1Affine(compressed: bytes).isInfinity)
        #expect(throws: BLSError.infinity) { try PublicKey(compressed: bytes) }
        let sum = PublicKey(point: .infinity)
        #expect(sum.compressed == bytes)
        #expect(PublicKey(uncheckedUncompressed: sum.uncompressedBytes).isInfinity)
    }

    @Test func malformedBytesAreRefusedWithTheirReason() throws {
        let good = G1Affine.generator.compressed.bytes
        func error(_ change: (inout [UInt8]) -> Void) throws -> BLSError? {
            var bytes = good
            change(&bytes)
            let input = try key(bytes)
            do throws(BLSError) {
                _ = try PublicKey(compressed: input)
                return nil
            } catch { return error }
        }
        #expect(try error { _ in } == nil)
        #expect(try error { $0[0] &= 0x1f } == .notCompressed(flags: 0))
        #expect(try error { $0[0] = $0[0] & 0x1f | 0x60 } == .notCompressed(flags: 3))
        #expect(try error { $0[0] |= 0x40 } == .infinityWithStrayBits)
        #expect(try error { $0 = [0xe0] + [UInt8](repeating: 0, count: 47) } == .infinityWithStrayBits)
        #expect(try error { $0 = [0xc0] + [UInt8](repeating: 0, count: 46) + [1] } == .infinityWithStrayBits)
        let p = ModelInteger.prime.bytes(48)
        #expect(try error { $0 = [p[0] | 0x80] + p.dropFirst() } == .coordinateNotBelowPrime)
        #expect(try error { $0 = [0x9f] + [UInt8](repeating: 255, count: 47) } == .coordinateNotBelowPrime)

        var random = SplitMix64(seed: 21)
        let outside = try randomCurvePoint(&random)
        #expect(throws: BLSError.notInSubgroup) { try PublicKey(compressed: outside.compressed) }
        #expect(try G1Affine(compressedOnCurve: outside.compressed) == outside)
        let outsideTwist = try randomTwistPoint(&random)
        #expect(throws: BLSError.notInSubgroup) { try Signature(compressed: outsideTwist.compressed) }
        #expect(try G2Affine(compressedOnCurve: outsideTwist.compressed) == outsideTwist)

        // x = 1: 1 + 4 = 5 is no square.
        #expect(try error { $0 = [0x80] + [UInt8](repeating: 0, count: 46) + [1] } == .notOnCurve)
        for part in 0..<2 {
            var bytes = G2Affine.generator.compressed.bytes
            bytes.replaceSubrange(part * 48..<(part + 1) * 48, with: p)
            bytes[0] |= 0x80
            let input = try signature(bytes)
            #expect(throws: BLSError.coordinateNotBelowPrime) { try Signature(compressed: input) }
            // Flags are allowed in the first byte only.
            bytes = G2Affine.generator.compressed.bytes
            bytes[48] |= 0x80
            let flagged = try signature(bytes)
            #expect(throws: BLSError.coordinateNotBelowPrime) { try Signature(compressed: flagged) }
        }
    }

    @Test func randomBytesNeverTrap() throws {
        var random = SplitMix64(seed: 22)
        var decoded = 0
        for _ in 0..<200 {
            var bytes = (0..<96).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if bytes[0] % 4 != 0 { bytes[0] = 0x80 | bytes[0] & 0x3f }
            if let point = try? G2Affine(compressedOnCurve: signature(bytes)) {
                #expect(point.isOnCurve)
                decoded += 1
            }
            let short = Array(bytes.prefix(48))
            if let point = try? G1Affine(compressedOnCurve: key(short)), !point.isInfinity {
                #expect(point.compressed.bytes == short)
                decoded += 1
            }
            _ = PublicKey(uncheckedUncompressed: try signature(bytes)).compressed
        }
        #expect(decoded > 20)
    }
}
