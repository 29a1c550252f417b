import BLS
import Hashing
import Testing

@testable import KZG

@Suite struct SetupTests {
    /// SHA-256 of all compressed points as the consensus specifications publish them: G1 monomial, G1 Lagrange, G2.
    static let published = "0x753bd011b238fb9b63a35b9b526f7830057ced42b9a9c87368a67105bd8f0566"

    @Test func embeddedPointsAreThePublishedOnes() throws {
        let kzg = try Fixtures.ethereum.get()
        #expect(kzg.g1Monomial.count == 4096)
        var bytes: [UInt8] = []
        for point in kzg.g1Monomial + bitReversalPermutation(kzg.g1Lagrange) { bytes += point.compressed.bytes }
        bytes += KZGSettings.embeddedBytes().suffix(65 * 96)
        #expect(SHA256.hash(bytes).description == Self.published)
        #expect(kzg.g1Monomial.allSatisfy { $0.isOnCurve })
    }

    @Test func damageIsRefused() throws {
        var bytes = KZGSettings.embeddedBytes()
        let sum = SHA256.hash(bytes)
        #expect(throws: KZGError.setupLength(expected: bytes.count, got: bytes.count - 1)) {
            try KZGSettings(trustedSetup: bytes.dropLast(), shape: .ethereum, sha256: sum)
        }
        bytes[100] ^= 1
        let got = SHA256.hash(bytes)
        #expect(throws: KZGError.setupChecksum(expected: sum.description, got: got.description)) {
            try KZGSettings(trustedSetup: bytes, shape: .ethereum, sha256: sum)
        }
        bytes[bytes.count - 64 * 96] = 0
        #expect(throws: KZGError.setupPoint(index: 1, .notCompressed(flags: 0))) {
            try KZGSettings(trustedSetup: bytes, shape: .ethereum, sha256: SHA256.hash(bytes))
        }
    }

    @Test func shapes() throws {
        let shape = try KZGShape(fieldElementsPerBlob: 8, fieldElementsPerCell: 2)
        #expect(shape.cellsPerExtBlob == 8)
        #expect(KZGShape.ethereum.bytesPerBlob == 131_072)
        #expect(KZGShape.ethereum.bytesPerCell == 2048)
        for (blob, cell) in [(0, 0), (8, 0), (8, 16), (6, 2), (8, 3), (1, 1), (-8, 2), (1 << 21, 2)] {
            #expect(throws: KZGError.shape(fieldElementsPerBlob: blob, fieldElementsPerCell: cell)) {
                try KZGShape(fieldElementsPerBlob: blob, fieldElementsPerCell: cell)
            }
        }
    }
}
