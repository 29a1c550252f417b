import BLS
import Hashing
import TestSupport
import Testing

@testable import KZG

enum Fixtures {
    static let ethereum = Result { try KZGSettings.ethereum() }

    /// The secret of the small setups: with it, commitments and proofs can be made by plain evaluation.
    static let secret = Fr(0xdead_beef_1234_5677)

    static func small(blob: Int, cell: Int) throws -> KZGSettings {
        let shape = try KZGShape(fieldElementsPerBlob: blob, fieldElementsPerCell: cell)
        let powers = secret.powers(blob + 1)
        func g1(_ scalar: Fr) -> G1Affine { G1(G1Affine.generator).multiplied(by: scalar.canonicalWords).affine() }
        func g2(_ scalar: Fr) -> G2Affine { G2(G2Affine.generator).multiplied(by: scalar.canonicalWords).affine() }
        // Lagrange polynomial i at s: ωⁱ(sⁿ - 1)/(n(s - ωⁱ)).
        let roots = Fr.rootOfUnity(log2Order: blob.trailingZeroBitCount).powers(blob)
        let lagrange = roots.map { root in
            root * (powers[blob] - .one) * (Fr(UInt64(blob)) * (secret - root)).inverse()
        }
        return KZGSettings(
            shape: shape,
            g1Monomial: powers[..<blob].map(g1),
            g1Lagrange: lagrange.map(g1),
            secretG2: g2(powers[1]),
            cellSecretG2: g2(powers[cell])
        )
    }

    static func commitment(_ value: Fr) -> Bytes48 {
        G1(G1Affine.generator).multiplied(by: value.canonicalWords).affine().compressed
    }
}

extension SplitMix64 {
    mutating func element() -> Fr {
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes { raw in
            for i in 0..<4 { raw.storeBytes(of: next(), toByteOffset: 8 * i, as: UInt64.self) }
        }
        return Fr(reducing: bytes)
    }

    mutating func blob(_ shape: KZGShape) -> [UInt8] {
        (0..<shape.fieldElementsPerBlob).flatMap { _ in element().bytes.bytes }
    }
}
