import Hashing
import TestSupport
import Testing

@testable import BLS

extension Fp {
    init(_ model: ModelInteger) throws {
        self = try #require(model.bytes(48).withUnsafeBytes { raw in raw.baseAddress.flatMap { Fp(bigEndian: $0) } })
    }

    var model: ModelInteger {
        var bytes = [UInt8](repeating: 0, count: 48)
        bytes.withUnsafeMutableBytes { raw in
            if let base = raw.baseAddress { write(to: base) }
        }
        return ModelInteger(bigEndian: bytes)
    }

    static func random(_ random: inout SplitMix64) throws -> Fp { try Fp(random.integer(below: .prime)) }
}

extension Fp2 {
    static func random(_ random: inout SplitMix64) throws -> Fp2 {
        Fp2(try Fp.random(&random), try Fp.random(&random))
    }

    func power(_ exponent: ModelInteger) -> Fp2 {
        var result = Fp2.one
        for i in (0..<exponent.bitWidth).reversed() {
            result = result.squared()
            if exponent.bit(i) { result = result * self }
        }
        return result
    }
}

extension Fp6 {
    static func random(_ random: inout SplitMix64) throws -> Fp6 {
        Fp6(try .random(&random), try .random(&random), try .random(&random))
    }
}

extension Fp12 {
    static func random(_ random: inout SplitMix64) throws -> Fp12 {
        Fp12(try .random(&random), try .random(&random))
    }

    func power(_ exponent: ModelInteger) -> Fp12 {
        var result = Fp12.one
        for i in (0..<exponent.bitWidth).reversed() {
            result = result.squared()
            if exponent.bit(i) { result = result * self }
        }
        return result
    }
}

@Suite struct FieldTests {
    static let seed: UInt64 = 0x626c_735f_3132_3338

    @Test func constantsFollowFromTheParameter() throws {
        let p = ModelInteger.prime
        #expect(
            p
                == ModelInteger([
                    0xffff_aaab, 0xb9fe_ffff, 0xb153_ffff, 0x1eab_fffe, 0xf6b0_f624, 0x6730_d2a0,
                    0xf385_12bf, 0x6477_4b84, 0x434b_acd7, 0x4b1b_a7b6, 0x397f_e69a, 0x1a01_11ea,
                ])
        )
        #expect(p.uint64Words == [Prime.l0, Prime.l1, Prime.l2, Prime.l3, Prime.l4, Prime.l5])
        #expect(Prime.l0 &* Prime.inverse == UInt64.max)
        func power(of two: Int) -> ModelInteger {
            var words = [UInt32](repeating: 0, count: two / 32 + 1)
            words[two / 32] = 1 << UInt32(two % 32)
            return ModelInteger(words)
        }
        func words(_ a: Fp) -> [UInt64] { [a.l0, a.l1, a.l2, a.l3, a.l4, a.l5] }
        #expect(words(.one) == (power(of: 384) % p).uint64Words)
        #expect(words(.montgomerySquare) == (power(of: 768) % p).uint64Words)
        #expect(words(.montgomerySquareTimes256) == (power(of: 1024) % p).uint64Words)
        #expect(Fp.one.model == ModelInteger(1))
        #expect(Fr.one.bytes.bytes.last == 1)
    }

    @Test func endomorphismConstantsFollowFromXi() throws {
        let p = ModelInteger.prime
        let xi = Fp2(.one, .one)
        let sixth = (p - ModelInteger(1)).divided(by: ModelInteger(6)).quotient
        let g = xi.power(sixth)
        #expect(Frobenius.g1 == g)
        #expect(Frobenius.g2 == g * g)
        #expect(Frobenius.g3 == g * g * g)
        #expect(Frobenius.g4 == g * g * g * g)
        #expect(Frobenius.g5 == g * g * g * g * g)
        let h = g * g.conjugated()
        #expect(h.c1.isZero)
        #expect(Frobenius.h1 == h.c0)
        #expect(Frobenius.h2 == h.c0.squared())
        #expect(Frobenius.h3 == h.c0.squared() * h.c0)
        #expect(Frobenius.h4 == h.c0.squared().squared())
        #expect(Frobenius.h5 == h.c0.squared().squared() * h.c0)
        #expect(G2.psiX * (g * g) == .one)
        #expect(G2.psiY * (g * g * g) == .one)
        #expect(G2.psiSquaredX == (G2.psiX * G2.psiX.conjugated()).c0)
        #expect(G1Affine.beta != .one)
        #expect(G1Affine.beta.squared() * G1Affine.beta == .one)
    }

    @Test func baseFieldAgreesWithIntegers() throws {
        var random = SplitMix64(seed: Self.seed)
        let p = ModelInteger.prime
        for round in 0..<300 {
            let a = random.integer(below: p)
            let b = random.integer(below: p)
            let x = try Fp(a)
            let y = try Fp(b)
            let agree =
                (x + y).model == (a + b) % p && (x - y).model == (a + p - b) % p && (x * y).model == (a * b) % p
                && x.squared().model == (a * a) % p && (-x).model == (p - a) % p && x.model == a
                && x.halved() + x.halved() == x && x.doubled() == x + x
            try #require(agree, "seed \(Self.seed) round \(round): \(a), \(b)")
            try #require(x.isZero ? x.inverse().isZero : x * x.inverse() == .one, "inverse of \(a)")
            let larger = (p - ModelInteger(1)).divided(by: ModelInteger(2)).quotient < a
            try #require(x.isLexicographicallyLarger == larger && x.isOdd == a.bit(0), "sign of \(a)")
        }
    }

    @Test func bytesAtOrAboveThePrimeAreRefused() {
        let p = ModelInteger.prime
        func read(_ model: ModelInteger) -> Fp? {
            model.bytes(48).withUnsafeBytes { raw in raw.baseAddress.flatMap { Fp(bigEndian: $0) } }
        }
        #expect(read(p - ModelInteger(1)) == -Fp.one)
        #expect(read(p) == nil)
        #expect(read(p + ModelInteger(1)) == nil)
        #expect(
            ModelInteger([UInt32](repeating: .max, count: 12)).bytes(48).withUnsafeBytes { raw in
                raw.baseAddress.map { Fp(uncheckedBigEndian: $0).model < p }
            } == true
        )
    }

    @Test func wideReductionTakes64Bytes() throws {
        var random = SplitMix64(seed: Self.seed + 1)
        for _ in 0..<50 {
            let bytes = (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let reduced = try #require(bytes.withUnsafeBytes { raw in raw.baseAddress.map { Fp(reducing64: $0) } })
            #expect(reduced.model == ModelInteger(bigEndian: bytes) % .prime)
        }
    }

    @Test func quadraticExtensionAgreesWithItsDefinition() throws {
        var random = SplitMix64(seed: Self.seed + 2)
        var squares = 0
        for round in 0..<200 {
            let a = try Fp2.random(&random)
            let b = try Fp2.random(&random)
            let product = Fp2(a.c0 * b.c0 - a.c1 * b.c1, a.c0 * b.c1 + a.c1 * b.c0)
            try #require(a * b == product, "seed \(Self.seed + 2) round \(round)")
            try #require(WideFp2.product(a, b).reduced() == product)
            try #require(WideFp2.product(a.unreducedSum(b), a.unreducedSum(a)).reduced() == (a + b) * a.doubled())
            try #require(a.squared() == a * a)
            try #require(a.timesXi() == a * Fp2(.one, .one) && a.timesI() == a * Fp2(.zero, .one))
            try #require(a.isZero ? a.inverse().isZero : a * a.inverse() == .one)
            try #require(a.squared().squareRoot().map { $0 == a || $0 == -a } == true)
            if let root = b.squareRoot() {
                squares += 1
                try #require(root.squared() == b)
            }
        }
        #expect(squares > 60 && squares < 160)
        // Real elements: half of the roots are imaginary.
        for value in 0..<40 {
            let a = Fp2(Fp(UInt64(value)), .zero)
            let root = try #require(a.squareRoot())
            #expect(root.squared() == a)
            let negative = try #require((-a).squareRoot())
            #expect(negative.squared() == -a)
        }
    }

    @Test func fusedProductsAgreeWithPlainOnes() throws {
        func check<F: CurveField>(_ a: F, _ b: F, _ c: F, _ d: F) -> Bool {
            F.doubledProduct(a, b) == (a * b).doubled() && F.quadrupledProduct(a, b) == (a * b).doubled().doubled()
                && F.productDifference(a, b, c, d) == a * b - c * d
                && F.productMinusTwiceSquare(a, b, c) == a * b - c.squared().doubled()
        }
        var random = SplitMix64(seed: Self.seed + 8)
        for round in 0..<200 {
            let a = (0..<4).map { _ in try? Fp.random(&random) }.compactMap { $0 }
            let b = (0..<4).map { _ in try? Fp2.random(&random) }.compactMap { $0 }
            try #require(check(a[0], a[1], a[2], a[3]), "seed \(Self.seed + 8) round \(round)")
            try #require(check(b[0], b[1], b[2], b[3]), "seed \(Self.seed + 8) round \(round)")
        }
        // The largest coordinates, where a bound would break first.
        let top = Fp2(-Fp.one, -Fp.one)
        let bottom = Fp2(.zero, -Fp.one)
        for a in [top, bottom, .zero, .one] {
            for b in [top, bottom, .zero, .one] {
                #expect(check(a, b, top, bottom) && check(a, b, bottom, top) && check(a.c0, b.c1, top.c0, bottom.c1))
            }
        }
        let x = Fp6(top, top, top)
        let y = Fp6(top, bottom, top)
        #expect((x * y) * Fp6(.one, .one, .zero) == x * (y * Fp6(.one, .one, .zero)))
    }

    @Test func towerAgreesWithItsDefinition() throws {
        var random = SplitMix64(seed: Self.seed + 3)
        let xi = Fp2(.one, .one)
        for round in 0..<60 {
            let a = try Fp6.random(&random)
            let b = try Fp6.random(&random)
            let c0 = a.c0 * b.c0 + (a.c1 * b.c2 + a.c2 * b.c1) * xi
            let c1 = a.c0 * b.c1 + a.c1 * b.c0 + a.c2 * b.c2 * xi
            let c2 = a.c0 * b.c2 + a.c1 * b.c1 + a.c2 * b.c0
            try #require(a * b == Fp6(c0, c1, c2), "seed \(Self.seed + 3) round \(round)")
            try #require(WideFp6.product(a, b.c0, b.c1).reduced() == a * Fp6(b.c0, b.c1, .zero))
            try #require(a.timesV() == a * Fp6(.zero, .one, .zero))
            try #require(a * a.inverse() == .one || a.isZero)
            let x = try Fp12.random(&random)
            let y = try Fp12.random(&random)
            let product = Fp12(x.c0 * y.c0 + (x.c1 * y.c1).timesV(), x.c0 * y.c1 + x.c1 * y.c0)
            try #require(x * y == product && x.squared() == x * x)
            try #require(x * x.inverse() == .one)
            var line = x
            line.multiply(l0: a.c0, l1: a.c1, l4: b.c0)
            try #require(line == x * Fp12(Fp6(a.c0, a.c1, .zero), Fp6(.zero, b.c0, .zero)))
        }
    }

    @Test func frobeniusIsThePowerOfThePrime() throws {
        var random = SplitMix64(seed: Self.seed + 4)
        let x = try Fp12.random(&random)
        #expect(x.frobenius() == x.power(.prime))
        #expect(x.frobeniusSquared() == x.frobenius().frobenius())
        var sixth = x
        for _ in 0..<6 { sixth = sixth.frobenius() }
        #expect(sixth == x.conjugated())
    }

    @Test func cyclotomicShortcutsAgree() throws {
        var random = SplitMix64(seed: Self.seed + 5)
        for _ in 0..<10 {
            let x = try Fp12.random(&random)
            let unitary = x.conjugated() * x.inverse()
            let y = unitary.frobeniusSquared() * unitary
            #expect(y.conjugated() * y == .one)
            #expect(y.cyclotomicSquared() == y * y)
            #expect(y.cyclotomicPowerOfX() == y.power(.parameter).conjugated())
        }
    }

    @Test func scalarFieldAgreesWithIntegers() throws {
        var random = SplitMix64(seed: Self.seed + 6)
        let r = ModelInteger.order
        for round in 0..<200 {
            let a = random.integer(below: r)
            let b = random.integer(below: r)
            let x = try #require(Bytes32(a.bytes(32)).flatMap { Fr(bigEndian: $0) })
            let y = try #require(Bytes32(b.bytes(32)).flatMap { Fr(bigEndian: $0) })
            func model(_ value: Fr) -> ModelInteger { ModelInteger(bigEndian: value.bytes.bytes) }
            let agree =
                model(x + y) == (a + b) % r && model(x - y) == (a + r - b) % r && model(x * y) == (a * b) % r
                && model(x) == a && model(-x) == (r - a) % r && model(x.squared()) == (a * a) % r
            try #require(agree, "seed \(Self.seed + 6) round \(round): \(a), \(b)")
            try #require(x.isZero ? x.inverse().isZero : x * x.inverse() == .one)
            try #require(x.power([5]) == x * x * x * x * x)
        }
        let order = try #require(Bytes32(r.bytes(32)))
        #expect(Fr(bigEndian: order) == nil)
        #expect(Fr(reducing: order).isZero)
        let all = try #require(Bytes32([UInt8](repeating: 255, count: 32)))
        #expect(ModelInteger(bigEndian: Fr(reducing: all).bytes.bytes) == ModelInteger(bigEndian: all.bytes) % r)
        #expect(Fr(7) == Fr(3) + Fr(4))
    }

    @Test func sharedInversionLeavesZeroesAlone() throws {
        var random = SplitMix64(seed: Self.seed + 7)
        var values: [Fp] = [.zero]
        for _ in 0..<20 { values.append(try Fp.random(&random)) }
        values.append(.zero)
        var inverted = values
        var scratch = values
        inverted.withUnsafeMutableBufferPointer { a in
            scratch.withUnsafeMutableBufferPointer { b in Fp.invertAll(a, scratch: b) }
        }
        for (value, inverse) in zip(values, inverted) {
            #expect(value.isZero ? inverse.isZero : value * inverse == .one)
        }
    }
}
