import Hashing
import TestSupport
import Testing

@testable import BLS

/// A point of the whole curve y² = x³ + 4, nearly always outside of G1.
func randomCurvePoint(_ random: inout SplitMix64) throws -> G1Affine {
    while true {
        let x = try Fp.random(&random)
        if let y = (x.squared() * x + Fp.curveConstant).squareRoot() { return G1Affine(x: x, y: y) }
    }
}

/// A point of the whole twisted curve, nearly always outside of G2.
func randomTwistPoint(_ random: inout SplitMix64) throws -> G2Affine {
    while true {
        let x = try Fp2.random(&random)
        if let y = (x.squared() * x + Fp2.curveConstant).squareRoot() { return G2Affine(x: x, y: y) }
    }
}

/// scalar·point by doubling and adding, bit by bit.
func plainMultiple<F>(_ point: Jacobian<F>, _ scalar: ModelInteger) -> Jacobian<F> {
    var result = Jacobian<F>.infinity
    for i in (0..<scalar.bitWidth).reversed() {
        result = result.doubled()
        if scalar.bit(i) { result = result + point }
    }
    return result
}

@Suite struct CurveTests {
    static let seed: UInt64 = 0x6375_7276_6573

    private func checkGroupLaws<F>(_ points: [Affine<F>]) throws {
        for a in points {
            let p = Jacobian(a)
            #expect(a.isOnCurve)
            #expect((p + -a).isInfinity)
            #expect((p + -p).isInfinity)
            #expect(p + a == p.doubled())
            #expect(p + p == p.doubled())
            #expect(p + Affine<F>.infinity == p)
            #expect(p + Jacobian.infinity == p)
            #expect(Jacobian.infinity + a == p)
            #expect(Jacobian.infinity + p == p)
            #expect(p.doubled().affine().isOnCurve)
            #expect((p.doubled() + a).affine() == (p + p.doubled()).affine())
            for b in points {
                let q = Jacobian(b).doubled()
                #expect(p + q == q + p)
                #expect(q + a == q + p)
                for c in points { #expect((p + q) + c == p + (q + c)) }
            }
        }
        #expect(Jacobian<F>.infinity.doubled().isInfinity)
        #expect(Jacobian<F>.infinity.affine().isInfinity)
        let jacobian = points.map { Jacobian($0).doubled() } + [.infinity]
        #expect(Jacobian.affine(jacobian) == jacobian.map { $0.affine() })
    }

    @Test func groupLawsHold() throws {
        var random = SplitMix64(seed: Self.seed)
        try checkGroupLaws([try randomCurvePoint(&random), try randomCurvePoint(&random), .generator, .infinity])
        try checkGroupLaws([try randomTwistPoint(&random), try randomTwistPoint(&random), .generator, .infinity])
    }

    @Test func generatorsHaveTheOrder() {
        #expect(plainMultiple(G1(.generator), .order).isInfinity)
        #expect(plainMultiple(G2(.generator), .order).isInfinity)
        #expect(G1Affine.generator.isInSubgroup)
        #expect(G2Affine.generator.isInSubgroup)
        #expect(G1Affine.infinity.isInSubgroup)
        #expect(G2Affine.infinity.isInSubgroup)
    }

    @Test func multiplicationAgreesWithDoublingAndAdding() throws {
        var random = SplitMix64(seed: Self.seed + 1)
        let p = G1(try randomCurvePoint(&random))
        let q = G2(try randomTwistPoint(&random))
        var scalars: [ModelInteger] = [0, 1, 2, 3, 16, 17, 31, 32, .max, .max - 15].map { ModelInteger($0 as UInt64) }
        for _ in 0..<6 { scalars.append(random.integer(below: .order)) }
        scalars.append(ModelInteger([UInt32](repeating: .max, count: 8)))
        for scalar in scalars {
            let words = scalar.uint64Words + [0]
            #expect(p.multiplied(by: words) == plainMultiple(p, scalar), "\(scalar)")
            #expect(q.multiplied(by: words) == plainMultiple(q, scalar), "\(scalar)")
        }
        #expect(p.timesParameterMagnitude() == plainMultiple(p, .parameter))
        #expect(q.timesParameterMagnitude() == plainMultiple(q, .parameter))
    }

    @Test func multiScalarSumsAgree() throws {
        var random = SplitMix64(seed: Self.seed + 2)
        for count in [0, 1, 2, 7, 40, 130] {
            var points: [G1Affine] = []
            var twisted: [G2Affine] = []
            var scalars: [UInt64] = []
            var full: [Fr] = []
            for i in 0..<count {
                points.append(i % 9 == 3 ? .infinity : try randomMember(&random))
                twisted.append(try randomTwistMember(&random))
                scalars.append(i % 7 == 5 ? 0 : random.next())
                full.append(Fr(random.next()) * Fr(random.next()) * Fr(random.next()) * Fr(random.next()))
            }
            var expected = G1.infinity
            var expectedTwisted = G2.infinity
            var expectedFull = G1.infinity
            for i in 0..<count {
                expected = expected + G1(points[i]).multiplied(by: scalars[i])
                expectedTwisted = expectedTwisted + G2(twisted[i]).multiplied(by: scalars[i])
                expectedFull = expectedFull + G1(points[i]).multiplied(by: full[i].canonicalWords)
            }
            #expect(G1.multiScalarSum(points, scalars) == expected, "\(count) points")
            #expect(G2.multiScalarSum(twisted, scalars) == expectedTwisted, "\(count) points")
            #expect(G1.multiScalarSum(points, full) == expectedFull, "\(count) points")
        }
    }

    private func randomMember(_ random: inout SplitMix64) throws -> G1Affine {
        G1(.generator).multiplied(by: random.next()).affine()
    }

    private func randomTwistMember(_ random: inout SplitMix64) throws -> G2Affine {
        G2(.generator).multiplied(by: random.next()).affine()
    }

    @Test func bulkSumEqualsOneByOne() throws {
        var random = SplitMix64(seed: Self.seed + 3)
        var pool: [G1Affine] = [.infinity]
        for _ in 0..<40 { pool.append(try randomMember(&random)) }
        pool += pool.prefix(10).map { -$0 }
        for count in [0, 1, 2, 31, 32, 33, 34, 64, 65, 100, 257, 1000] {
            // Drawn with repetition, so equal, opposite and infinite neighbours meet.
            let points = (0..<count).map { _ in pool[Int(random.next() % UInt64(pool.count))] }
            var expected = G1.infinity
            for point in points { expected = expected + point }
            #expect(G1.sum(points) == expected.affine(), "\(count) points")
        }
        let same = [G1Affine](repeating: pool[1], count: 100)
        #expect(G1.sum(same) == G1(pool[1]).multiplied(by: 100).affine())
        let cancelling = (0..<100).map { $0 % 2 == 0 ? pool[1] : -pool[1] }
        #expect(G1.sum(cancelling).isInfinity)
        let twisted = try (0..<70).map { _ in try randomTwistMember(&random) }
        var expected = G2.infinity
        for point in twisted { expected = expected + point }
        #expect(G2.sum(twisted) == expected.affine())
    }

    @Test func subgroupChecksAgreeWithTheOrder() throws {
        var random = SplitMix64(seed: Self.seed + 4)
        for _ in 0..<4 {
            let p = try randomCurvePoint(&random)
            #expect(!p.isInSubgroup)
            #expect(!plainMultiple(G1(p), .order).isInfinity)
            // (1 - x)·P lies in G1 up to points of the order of the rest of the cofactor.
            let cleared = plainMultiple(G1(p), .parameter + ModelInteger(1)).affine()
            #expect(cleared.isInSubgroup == plainMultiple(G1(cleared), .order).isInfinity)
            // What r leaves of P has an order that divides the cofactor.
            let small = plainMultiple(G1(p), .order).affine()
            #expect(!small.isInSubgroup)
            #expect(!(G1(small) + G1Affine.generator).affine().isInSubgroup)
            let q = try randomTwistPoint(&random)
            #expect(!q.isInSubgroup)
            let rest = plainMultiple(G2(q), .order).affine()
            #expect(!rest.isInfinity && !rest.isInSubgroup)
            let member = G2(q).clearingCofactor().affine()
            #expect(!member.isInfinity && member.isInSubgroup)
            #expect(plainMultiple(G2(member), .order).isInfinity)
        }
    }

    @Test func pointsOfSmallOrderAreNoMembers() throws {
        // The cofactor of G1 is (x - 1)²/3 = 3·11²·10177²·859267²·52437899².
        var random = SplitMix64(seed: Self.seed + 5)
        let step = ModelInteger.parameter + ModelInteger(1)
        let cofactor = (step * step).divided(by: ModelInteger(3)).quotient
        for factor: UInt64 in [3, 11, 10177, 859_267, 52_437_899] {
            let (rest, remainder) = cofactor.divided(by: ModelInteger(factor))
            try #require(remainder == ModelInteger(0))
            var found = false
            for _ in 0..<40 where !found {
                let p = plainMultiple(plainMultiple(G1(try randomCurvePoint(&random)), .order), rest)
                if p.isInfinity { continue }
                found = true
                #expect(!p.affine().isInSubgroup, "order \(factor)")
                #expect(!(p + G1Affine.generator).affine().isInSubgroup, "order \(factor) plus a member")
            }
            // The part of order 11 and so on is not cyclic, so the quotient may kill every point.
            if factor == 3 { #expect(found) }
        }
    }

    @Test func endomorphismsActAsMultiples() throws {
        var random = SplitMix64(seed: Self.seed + 6)
        let q = G2(try randomTwistMember(&random))
        #expect(q.psi() == -plainMultiple(q, .parameter))
        #expect(q.psiSquared() == q.psi().psi())
        let p = try randomMember(&random)
        let image = G1Affine(x: p.x * G1Affine.beta, y: p.y)
        #expect(-plainMultiple(G1(p), .parameter * .parameter) == image)
    }
}
