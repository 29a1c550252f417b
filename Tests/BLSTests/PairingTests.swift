import TestSupport
import Testing

@testable import BLS

@Suite struct PairingTests {
    @Test func pairingIsBilinearAndNotDegenerate() {
        let g = G1Affine.generator
        let h = G2Affine.generator
        let e = Pairing.product([(g, h)])
        #expect(!e.isOne)
        #expect(e.power(.order).isOne)
        let a: UInt64 = 0x1234_5678_9abc_def1
        let b: UInt64 = 0xfedc_ba98_7654_3211
        let ag = G1(g).multiplied(by: a).affine()
        let bh = G2(h).multiplied(by: b).affine()
        #expect(Pairing.product([(ag, bh)]) == e.power(ModelInteger(a) * ModelInteger(b)))
        #expect(Pairing.product([(ag, h)]) == e.power(ModelInteger(a)))
        #expect(Pairing.product([(g, bh)]) == e.power(ModelInteger(b)))
        #expect(Pairing.isProductOne([(ag, h), (-g, G2(h).multiplied(by: a).affine())]))
        #expect(!Pairing.isProductOne([(ag, h), (-g, bh)]))
    }

    @Test func infinityPairsToOne() {
        let g = G1Affine.generator
        let h = G2Affine.generator
        #expect(Pairing.isProductOne([]))
        #expect(Pairing.isProductOne([(.infinity, h)]))
        #expect(Pairing.isProductOne([(g, .infinity), (.infinity, .infinity)]))
        #expect(Pairing.product([(g, h), (.infinity, h)]) == Pairing.product([(g, h)]))
    }

    @Test func productsOfManyPairsMultiply() {
        let pairs = (1...5).map { i in
            (G1(.generator).multiplied(by: UInt64(i)).affine(), G2(.generator).multiplied(by: UInt64(i * 7)).affine())
        }
        var expected = Fp12.one
        for pair in pairs { expected = expected * Pairing.product([pair]) }
        #expect(Pairing.product(pairs) == expected)
    }

    @Test func finalExponentiationIsThreeTimesTheDefinition() throws {
        var random = SplitMix64(seed: 99)
        let f = try Fp12.random(&random)
        let p = ModelInteger.prime
        let square = p * p
        let hard = (square * square - square + ModelInteger(1)).divided(by: .order).quotient
        let easy = f.conjugated() * f.inverse()
        let expected = (easy.frobeniusSquared() * easy).power(hard * ModelInteger(3))
        #expect(Pairing.finalExponentiation(f) == expected)
    }
}
