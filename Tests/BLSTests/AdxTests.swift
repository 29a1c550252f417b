import Hashing
import TestSupport
import Testing

@testable import BLS

/// The kernels with two carry chains against plain Swift: every operation, edge values among random ones.
@Suite(.enabled(if: FieldKernels.adx.isAvailable, "this machine has no ADX"))
struct AdxTests {
    private static let seed: UInt64 = 0xad0c

    private func expectSame<R: Equatable>(_ name: String, _ round: Int = 0, _ body: () throws -> R) rethrows {
        let plain = try FieldKernels.portable.run(body)
        let adx = try FieldKernels.adx.run(body)
        #expect(plain == adx, "\(name), round \(round), seed \(Self.seed)")
    }

    private func element(_ random: inout SplitMix64) throws -> Fp {
        let edges = LanesTests.edges
        return random.next() % 3 == 0 ? edges[Int(random.next() % UInt64(edges.count))] : try Fp.random(&random)
    }

    private func element2(_ random: inout SplitMix64) throws -> Fp2 { Fp2(try element(&random), try element(&random)) }

    private func element6(_ random: inout SplitMix64) throws -> Fp6 {
        Fp6(try element2(&random), try element2(&random), try element2(&random))
    }

    @Test func theThreadsChoiceLastsAsLongAsTheCall() {
        #expect(inAdx, "what the machine has is what is used unless told otherwise")
        FieldKernels.portable.run {
            #expect(!inAdx)
            FieldKernels.ifma.run { #expect(inAdx) }
            FieldKernels.adx.run { #expect(inAdx) }
            #expect(!inAdx)
            #expect(throws: BLSError.empty) {
                try FieldKernels.adx.run { () throws(BLSError) in throw .empty }
            }
            #expect(!inAdx, "an error restores it too")
        }
        #expect(inAdx)
    }

    @Test func baseFieldAgrees() throws {
        var random = SplitMix64(seed: Self.seed)
        for round in 0..<3_000 {
            let (a, b) = (try element(&random), try element(&random))
            let (c, d) = (try element(&random), try element(&random))
            expectSame("product", round) { a * b }
            expectSame("square", round) { a.squared() }
            expectSame("in place", round) {
                var x = a
                x.multiply(by: b)
                x.square(times: round % 7)
                x.multiply(by: x)
                return x
            }
            expectSame("factors not reduced", round) { a.unreducedSum(b) * c.unreducedSum(d) }
            expectSame("2ab", round) { Fp.doubledProduct(a, b) }
            expectSame("4ab", round) { Fp.quadrupledProduct(a, b) }
            expectSame("ab - cd", round) { Fp.productDifference(a, b, c, d) }
            expectSame("ab - 2c²", round) { Fp.productMinusTwiceSquare(a, b, c) }
            #expect(FieldKernels.adx.run { Fp.productDifference(a, b, b, a) }.isZero)
        }
        let edges = LanesTests.edges
        for a in edges {
            for b in edges {
                expectSame("product of edges") { a * b }
                expectSame("ab - cd of edges") { Fp.productDifference(a, b, b, b) }
            }
        }
    }

    /// Exponents with long runs of zeroes and ones, of one bit, of all bits.
    @Test func powersAgree() throws {
        var random = SplitMix64(seed: Self.seed + 1)
        for round in 0..<60 {
            let a = try element(&random)
            expectSame("root power", round) { a.rootPower() }
            let words = (0..<6).map { _ -> UInt64 in
                switch random.next() % 4 {
                case 0: 0
                case 1: .max
                case 2: 1 << (random.next() % 64)
                default: random.next()
                }
            }
            guard words.contains(where: { $0 != 0 }) else { continue }
            expectSame("power", round) { a.power(words[0], words[1], words[2], words[3], words[4], words[5]) }
        }
        for exponent: UInt64 in 1..<70 {
            let a = try element(&random)
            expectSame("power \(exponent)") { a.power(exponent, 0, 0, 0, 0, 0) }
        }
        let a = try element(&random)
        expectSame("top bit") { a.power(0, 0, 0, 0, 0, 1 << 63) }
    }

    @Test func quadraticExtensionAgrees() throws {
        var random = SplitMix64(seed: Self.seed + 2)
        for round in 0..<2_000 {
            let (a, b) = (try element2(&random), try element2(&random))
            let (c, d) = (try element2(&random), try element2(&random))
            expectSame("product", round) { a * b }
            expectSame("product with itself", round) { a * a }
            expectSame("square", round) { a.squared() }
            expectSame("product with Fp", round) { a * b.c0 }
            expectSame("factors not reduced", round) { a.unreducedSum(b) * c }
            expectSame("2ab", round) { Fp2.doubledProduct(a, b) }
            expectSame("4ab", round) { Fp2.quadrupledProduct(a, b) }
            expectSame("ab - cd", round) { Fp2.productDifference(a, b, c, d) }
            expectSame("ab - 2c²", round) { Fp2.productMinusTwiceSquare(a, b, c) }
        }
    }

    @Test func towerAgrees() throws {
        var random = SplitMix64(seed: Self.seed + 3)
        for round in 0..<500 {
            let (a, b) = (try element6(&random), try element6(&random))
            expectSame("Fp6", round) { a * b }
            let f = Fp12(a, b)
            let (l0, l1, l4) = (try element2(&random), try element2(&random), try element2(&random))
            expectSame("line", round) {
                var product = f
                product.multiply(l0: l0, l1: l1, l4: l4)
                return product
            }
            // The formulas are those of the cyclotomic subgroup, but equal for any values.
            expectSame("cyclotomic square", round) { f.cyclotomicSquared() }
        }
        for round in 0..<10 {
            let f = try Fp12.random(&random)
            expectSame("final exponentiation", round) { Pairing.finalExponentiation(f) }
        }
        expectSame("final exponentiation of one") { Pairing.finalExponentiation(.one) }
    }

    /// Members, points outside of the group, infinity, equal and opposite points, each with each.
    private func pointsAgree<F: CurveField>(_ points: [Affine<F>], scale: F) {
        // The same points with another Z.
        let square = scale.squared()
        let jacobians =
            points.map { Jacobian($0) }
            + points.map {
                $0.isInfinity
                    ? .infinity : Jacobian(x: $0.x * square, y: $0.y * square * scale, z: scale)
            }
        func words(_ point: Jacobian<F>) -> [F] { [point.x, point.y, point.z] }
        for (i, a) in jacobians.enumerated() {
            expectSame("double", i) { words(a.doubled()) }
            for b in jacobians { expectSame("sum", i) { words(a + b) } }
            for b in points { expectSame("mixed sum", i) { words(a + b) } }
            expectSame("multiple", i) { words(a.timesParameterMagnitude()) }
        }
    }

    @Test func curvesAgree() throws {
        var random = SplitMix64(seed: Self.seed + 4)
        var g1: [G1Affine] = [.infinity, .generator, -.generator]
        var g2: [G2Affine] = [.infinity, .generator, -.generator]
        for _ in 0..<3 {
            let scalar = random.next()
            g1.append(G1(.generator).multiplied(by: scalar).affine())
            g2.append(G2(.generator).multiplied(by: scalar).affine())
        }
        // On the curve, outside of the group.
        var x = Fp.zero
        while g1.count < 9 {
            if let y = (x.squared() * x + Fp.curveConstant).squareRoot() { g1.append(G1Affine(x: x, y: y)) }
            x = x + .one
        }
        var x2 = Fp2(.one, .one)
        while g2.count < 9 {
            if let y = (x2.squared() * x2 + Fp2.curveConstant).squareRoot() { g2.append(G2Affine(x: x2, y: y)) }
            x2 = x2 + .one
        }
        pointsAgree(g1, scale: try .random(&random))
        pointsAgree(g2, scale: try .random(&random))
        for (i, point) in g1.enumerated() { expectSame("membership", i) { point.isInSubgroup } }
        for (i, point) in g2.enumerated() { expectSame("membership", i) { point.isInSubgroup } }
        #expect(FieldKernels.adx.run { g1.contains { !$0.isInSubgroup } && g2.contains { !$0.isInSubgroup } })
    }

    @Test func pairingsAgree() throws {
        var random = SplitMix64(seed: Self.seed + 5)
        var pairs: [(G1Affine, G2Affine)] = (0..<7).map { _ in
            (
                G1(.generator).multiplied(by: random.next()).affine(),
                G2(.generator).multiplied(by: random.next()).affine()
            )
        }
        pairs[3].0 = .infinity
        pairs[5].1 = .infinity
        for count in 0...pairs.count {
            let some = Array(pairs.prefix(count))
            #expect(
                Pairing.finalExponentiation(Pairing.millerLoop(some, kernels: .adx))
                    == Pairing.finalExponentiation(Pairing.millerLoop(some, kernels: .portable)),
                "\(count) pairs"
            )
        }
        let opposite = [pairs[0], (-pairs[0].0, pairs[0].1)]
        #expect(Pairing.isProductOne(opposite, kernels: .adx))
        #expect(!Pairing.isProductOne([pairs[0], pairs[1]], kernels: .adx))
    }

    @Test func hashesAgree() throws {
        var random = SplitMix64(seed: Self.seed + 6)
        let messages = (0..<20).map { i in (0..<(i * 7)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        #expect(
            G2.affine(HashToG2.hash(all: messages, kernels: .adx))
                == G2.affine(HashToG2.hash(all: messages, kernels: .portable))
        )
        // Where the map's denominator vanishes, and elements of the base field.
        for t in [Fp2.zero, .one, -.one, Fp2(.zero, .one), Fp2(Fp(5), .zero)] {
            expectSame("map") { HashToG2.map(t).affine() }
        }
    }

    @Test func sumsOfKeysAgree() throws {
        var random = SplitMix64(seed: Self.seed + 7)
        var point = G1(.generator).multiplied(by: random.next())
        let step = G1(.generator).multiplied(by: random.next()).affine()
        let keys = (0..<1_100).map { _ in
            point = point + step
            return PublicKey(point: point.affine())
        }
        for count in [0, 1, 2, 31, 32, 33, 34, 63, 64, 65, 66, 127, 129, 131, 511, 1_023, 1_024, 1_025, 1_100] {
            let some = Array(keys.prefix(count))
            #expect(BLS.sum(some, kernels: .adx) == BLS.sum(some, kernels: .portable), "\(count) keys")
        }
        // Equal, opposite and infinite keys in one pair, in pairs whose sums meet later, in the last pair, the odd one.
        for (a, b) in [(0, 1), (0, 2), (3, 515), (16, 24), (7, 1_023), (1_030, 1_031), (100, 1_032)] {
            for change in [PublicKey(point: -keys[a].point), keys[a], PublicKey(point: .infinity)] {
                var some = Array(keys.prefix(1_033))
                some[b] = change
                #expect(BLS.sum(some, kernels: .adx) == BLS.sum(some, kernels: .portable), "\(a) \(b)")
            }
        }
        let pairs = keys.prefix(64).map { $0 } + keys.prefix(64).map { PublicKey(point: -$0.point) }
        #expect(BLS.sum(pairs, kernels: .adx).isInfinity)
    }
}
