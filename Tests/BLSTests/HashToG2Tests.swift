import Hashing
import TestSupport
import Testing

@testable import BLS

@Suite struct HashToG2Tests {
    /// RFC 9380, appendix J.10.1.
    private static let tag = Array("QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_".utf8)

    private func point(_ x0: String, _ x1: String, _ y0: String, _ y1: String) throws -> G2Affine {
        G2Affine(
            x: Fp2(try Fp(ModelInteger(hex: x0)), try Fp(ModelInteger(hex: x1))),
            y: Fp2(try Fp(ModelInteger(hex: y0)), try Fp(ModelInteger(hex: y1)))
        )
    }

    @Test func emptyMessageOfTheRFC() throws {
        let expected = try point(
            "0141ebfbdca40eb85b87142e130ab689c673cf60f1a3e98d69335266f30d9b8d4ac44c1038e9dcdd5393faf5c41fb78a",
            "05cb8437535e20ecffaef7752baddf98034139c38452458baeefab379ba13dff5bf5dd71b72418717047f5b0f37da03d",
            "0503921d7f6a12805e72940b963c0cf3471c7b2a524950ca195d11062ee75ec076daf2d4bc358c4b190c0c98064fdd92",
            "12424ac32561493f3fe3c260708a12b7c620e7be00099a974e259ddc7d1f6395c3c811cdd19f1e8dbf3e9ecfdcbab8d6"
        )
        #expect(HashToG2.hash([], tag: Self.tag).affine() == expected)
    }

    @Test func a512OfTheRFC() throws {
        let message = Array("a512_".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 512)
        let expected = try point(
            "01a6ba2f9a11fa5598b2d8ace0fbe0a0eacb65deceb476fbbcb64fd24557c2f4b18ecfc5663e54ae16a84f5ab7f62534",
            "11fca2ff525572795a801eed17eb12785887c7b63fb77a42be46ce4a34131d71f7a73e95fee3f812aea3de78b4d01569",
            "0b6798718c8aed24bc19cb27f866f1c9effcdbf92397ad6448b5c9db90d2b9da6cbabf48adc1adf59a1a28344e79d57e",
            "03a47f8e6d1763ba0cad63d6114c0accbef65707825a511b251a660a9b3994249ae4e63fac38b23da0c398689ee2ab52"
        )
        #expect(HashToG2.hash(message, tag: Self.tag).affine() == expected)
    }

    @Test func mapsLandOnTheirCurves() throws {
        var random = SplitMix64(seed: 7)
        let a = Fp2(.zero, Fp(240))
        let b = Fp2(Fp(1012), Fp(1012))
        var elements: [Fp2] = [.zero, .one, Fp2(.zero, .one), -.one]
        // Z·t² = -1 makes the denominator zero.
        let z = Fp2(-Fp(2), -Fp(1))
        if let exceptional = (-z.inverse()).squareRoot() { elements.append(exceptional) }
        for _ in 0..<30 { elements.append(try Fp2.random(&random)) }
        for t in elements {
            let p = HashToG2.map(t)
            try #require(!p.isInfinity)
            let inverse = p.z.inverse()
            let x = p.x * inverse.squared()
            let y = p.y * inverse.squared() * inverse
            #expect(y.squared() == x.squared() * x + a * x + b)
            #expect(y.isOdd == t.isOdd)
            let image = HashToG2.isogeny(p)
            #expect(image.affine().isOnCurve)
            #expect(image.clearingCofactor().affine().isInSubgroup)
            // RFC 9380, 6.6.2: x1 = (-B/A)·(1 + 1/(Z²t⁴ + Zt²)); x2 = Z·t²·x1 when gx1 is no square.
            let zt2 = z * t.squared()
            let tv = zt2.squared() + zt2
            let x1 = tv.isZero ? b * (z * a).inverse() : -b * a.inverse() * (.one + tv.inverse())
            let gx1 = x1.squared() * x1 + a * x1 + b
            #expect(x == (gx1.squareRoot() != nil ? x1 : zt2 * x1))
        }
    }

    @Test func addingBeforeTheIsogenyChangesNothing() throws {
        var random = SplitMix64(seed: 8)
        let p = HashToG2.map(try Fp2.random(&random))
        let q = HashToG2.map(try Fp2.random(&random))
        #expect(HashToG2.isogeny(p + q) == HashToG2.isogeny(p) + HashToG2.isogeny(q))
    }

    @Test func longTagsAreHashed() {
        let tag = [UInt8](repeating: 5, count: 300)
        let short = SHA256.hash(Array("H2C-OVERSIZE-DST-".utf8) + tag).bytes
        #expect(HashToG2.expand([1, 2, 3], tag: tag, blocks: 8) == HashToG2.expand([1, 2, 3], tag: short, blocks: 8))
    }
}
