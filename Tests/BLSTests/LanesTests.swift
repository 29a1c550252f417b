import CFieldKernels
import Hashing
import TestSupport
import Testing

@testable import BLS

/// Eight lanes against the scalar code, lane by lane: edge values in changing lanes among random ones.
@Suite(.enabled(if: FieldKernels.ifma.isAvailable, "this machine has no AVX-512 IFMA"))
struct LanesTests {
    static let seed: UInt64 = 0x1f3a
    /// Zero, one, their neighbours, the words of p - 1, and values that are small or large before Montgomery form.
    static let edges: [Fp] = [
        .zero, .one, -.one, Fp(2), -Fp(2), Fp(1, 0, 0, 0, 0, 0), .one.halved(), Fp(0, 0, 0, 0, 0, Prime.l5),
        Fp(Prime.l0 - 1, Prime.l1, Prime.l2, Prime.l3, Prime.l4, Prime.l5),
        Fp(.max, .max, .max, .max, .max, Prime.l5 - 1),
    ]

    private func elements(_ random: inout SplitMix64, _ count: Int, round: Int) throws -> [Fp] {
        try (0..<count).map { i in
            random.next() % 3 == 0 ? Self.edges[(i &+ round) % Self.edges.count] : try Fp.random(&random)
        }
    }

    /// Calls a kernel with two arrays of elements and gives its result.
    private func run(
        _ a: [Fp],
        _ b: [Fp],
        _ kernel: (UnsafeMutablePointer<UInt64>?, UnsafePointer<UInt64>?, UnsafePointer<UInt64>?) -> Void
    ) -> [Fp] {
        var out = [Fp](repeating: .zero, count: a.count)
        out.withUnsafeMutableBytes { out in
            a.withUnsafeBytes { a in
                b.withUnsafeBytes { b in
                    kernel(
                        out.baseAddress?.assumingMemoryBound(to: UInt64.self),
                        a.baseAddress?.assumingMemoryBound(to: UInt64.self),
                        b.baseAddress?.assumingMemoryBound(to: UInt64.self)
                    )
                }
            }
        }
        return out
    }

    @Test func baseFieldAgrees() throws {
        var random = SplitMix64(seed: Self.seed)
        for round in 0..<100 {
            let a = try elements(&random, 8, round: round)
            let b = try elements(&random, 8, round: round / 7)
            #expect(run(a, b) { fk_test_multiply($0, $1, $2) } == zip(a, b).map { $0 * $1 }, "round \(round)")
            #expect(run(a, b) { fk_test_add($0, $1, $2) } == zip(a, b).map { $0 + $1 }, "round \(round)")
            #expect(run(a, b) { fk_test_subtract($0, $1, $2) } == zip(a, b).map { $0 - $1 }, "round \(round)")
            #expect(run(a, b) { out, a, _ in fk_test_square(out, a) } == a.map { $0.squared() }, "round \(round)")
            if round < 20 {
                #expect(run(a, b) { out, a, _ in fk_test_root_power(out, a) } == a.map { $0.rootPower() })
            }
        }
    }

    @Test func quadraticExtensionAgrees() throws {
        var random = SplitMix64(seed: Self.seed + 1)
        for round in 0..<100 {
            let a = try elements(&random, 16, round: round)
            let b = try elements(&random, 16, round: round / 5)
            func pairs(_ values: [Fp]) -> [Fp2] { (0..<8).map { Fp2(values[2 * $0], values[2 * $0 + 1]) } }
            let products = zip(pairs(a), pairs(b)).map { $0 * $1 }
            #expect(pairs(run(a, b) { fk_test_multiply2($0, $1, $2) }) == products, "round \(round)")
            let squares = pairs(a).map { $0.squared() }
            #expect(pairs(run(a, b) { out, a, _ in fk_test_square2(out, a) }) == squares, "round \(round)")
        }
    }

    /// Every count of pairs up to three groups of lanes, infinities among them.
    @Test func millerLoopsAgree() throws {
        var random = SplitMix64(seed: Self.seed + 2)
        var pairs: [(G1Affine, G2Affine)] = []
        for _ in 0..<19 {
            pairs.append(
                (
                    G1(.generator).multiplied(by: random.next()).affine(),
                    G2(.generator).multiplied(by: random.next()).affine()
                )
            )
        }
        for count in 0...pairs.count {
            let some = Array(pairs.prefix(count))
            #expect(
                Pairing.finalExponentiation(Pairing.millerLoop(some, kernels: .ifma))
                    == Pairing.finalExponentiation(Pairing.millerLoop(some, kernels: .portable)),
                "\(count) pairs"
            )
        }
        pairs[3].0 = .infinity
        pairs[11].1 = .infinity
        pairs[12] = (-pairs[13].0, pairs[13].1)
        #expect(Pairing.isProductOne([pairs[12], pairs[13]], kernels: .ifma))
        #expect(!Pairing.isProductOne([pairs[12], pairs[14]], kernels: .ifma))
        #expect(
            Pairing.finalExponentiation(Pairing.millerLoop(pairs, kernels: .ifma))
                == Pairing.finalExponentiation(Pairing.millerLoop(pairs, kernels: .portable))
        )
    }

    @Test func hashesAgree() throws {
        var random = SplitMix64(seed: Self.seed + 3)
        for count in [2, 3, 8, 9, 17] {
            let messages = (0..<count).map { i in (0..<(i * 5)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
            #expect(
                G2.affine(HashToG2.hash(all: messages, kernels: .ifma))
                    == G2.affine(messages.map { HashToG2.hash($0) }),
                "\(count) messages"
            )
        }
    }

    /// What no message is known to give: zero, where the map's denominator vanishes too, elements of the base field, equal ones.
    @Test func exceptionalElementsMapAlike() throws {
        var random = SplitMix64(seed: Self.seed + 4)
        var some: [Fp2] = [.zero, .one, -.one, Fp2(.zero, .one), Fp2(Fp(5), .zero)]
        while some.count < 16 { some.append(try Fp2.random(&random)) }
        for shift in 0..<16 {
            let elements = (0..<8).flatMap { [some[$0], some[($0 + shift) % some.count]] }
            let got = HashToG2.mapInLanes(elements)
            for lane in 0..<8 {
                let sum =
                    HashToG2.isogeny(HashToG2.map(elements[2 * lane]))
                    + HashToG2.isogeny(HashToG2.map(elements[2 * lane + 1]))
                if elements[2 * lane] == elements[2 * lane + 1] || elements[2 * lane] == -elements[2 * lane + 1] {
                    #expect(got[lane].isInfinity, "equal and opposite points are left to the scalar code")
                } else {
                    #expect(got[lane] == sum.clearingCofactor(), "lane \(lane), shift \(shift)")
                }
            }
        }
    }

    /// Weights of all shapes, against scalars modulo r.
    @Test func weightedPointsAgree() throws {
        var random = SplitMix64(seed: Self.seed + 5)
        let square = Fr(Parameter.magnitude).squared()
        var weights: [UInt64] = [
            1, 2, 7, 8, 9, 15, 16, 0xffff_ffff, 1 << 32, 0x8888_8888_8888_8888, 0x7777_7777_7777_7777, .max,
            0x8000_0000_0000_0000, 0x0000_0001_0000_0001,
        ]
        for _ in 0..<13 { weights.append(random.next() | 1) }
        let keys = weights.map { _ in G1(.generator).multiplied(by: random.next()).affine() }
        let signatures = weights.map { _ in G2(.generator).multiplied(by: random.next()).affine() }
        let scalars = weights.map { Fr($0 & 0xffff_ffff) + Fr($0 >> 32) * square }
        for kernels in FieldKernels.allCases {
            for count in [1, 2, 7, 8, 9, weights.count] {
                let some = Array(weights.prefix(count))
                let products = G1.weighted(Array(keys.prefix(count)), by: some, kernels: kernels)
                for i in 0..<count {
                    #expect(products[i] == G1(keys[i]).multiplied(by: scalars[i].canonicalWords), "\(kernels) \(i)")
                }
                let sum = G2.weightedSum(Array(signatures.prefix(count)), by: some, kernels: kernels)
                #expect(sum == G2.multiScalarSum(signatures, Array(scalars.prefix(count))), "\(kernels) \(count)")
            }
            // Equal, opposite and infinite points among eight lanes and from one group of lanes to the next.
            var points = Array(signatures.prefix(20))
            points[9] = points[1]
            points[2] = -points[1]
            points[5] = .infinity
            let equal = [UInt64](repeating: 3, count: 20)
            #expect(
                G2.weightedSum(points, by: equal, kernels: kernels)
                    == G2.multiScalarSum(points, equal.map { Fr($0) }),
                "\(kernels)"
            )
            let opposite = [signatures[0], -signatures[0]]
            #expect(G2.weightedSum(opposite, by: [5, 5], kernels: kernels).isInfinity)
        }
    }

    @Test func sumsOfKeysAgree() throws {
        var random = SplitMix64(seed: Self.seed + 6)
        var point = G1(.generator).multiplied(by: random.next())
        let step = G1(.generator).multiplied(by: random.next()).affine()
        let keys = (0..<4200).map { _ in
            point = point + step
            return PublicKey(point: point.affine())
        }
        for count in [
            0, 1, 47, 48, 55, 63, 64, 111, 112, 119, 120, 121, 127, 128, 129, 500, 2047, 2048, 2049, 4104, 4200,
        ] {
            let some = Array(keys.prefix(count))
            #expect(BLS.sum(some, kernels: .ifma) == BLS.sum(some, kernels: .portable), "\(count) keys")
        }
        // Equal, opposite and infinite keys beside each other, far from each other, in the last group and the rest.
        for (a, b) in [(0, 8), (3, 515), (16, 24), (1, 2), (7, 1023), (1030, 1031), (100, 1029)] {
            for change in [PublicKey(point: -keys[a].point), keys[a], PublicKey(point: .infinity)] {
                var some = Array(keys.prefix(1032))
                some[b] = change
                #expect(BLS.sum(some, kernels: .ifma) == BLS.sum(some, kernels: .portable), "\(a) \(b)")
            }
        }
        let pairs = keys.prefix(64).map { $0 } + keys.prefix(64).map { PublicKey(point: -$0.point) }
        #expect(BLS.sum(pairs, kernels: .ifma).isInfinity)
    }

    /// Keys and signatures among bytes that are wrong in every way there is.
    @Test func decompressionAgrees() throws {
        var random = SplitMix64(seed: Self.seed + 7)
        var keys: [Bytes48] = [G1Affine.infinity.compressed, Bytes48()]
        var signatures: [Bytes96] = [G2Affine.infinity.compressed, Bytes96()]
        for i in 0..<40 {
            let scalar = random.next()
            keys.append(G1(.generator).multiplied(by: scalar).affine().compressed)
            signatures.append(G2(.generator).multiplied(by: scalar).affine().compressed)
            if i % 3 == 0 {
                // Any x: on the curve half of the time, in the group hardly ever.
                var key = keys[keys.count - 1].bytes
                key[40] ^= UInt8(truncatingIfNeeded: random.next())
                key[0] ^= i % 2 == 0 ? 0x20 : 0
                keys.append(try #require(Bytes48(key)))
                var signature = signatures[signatures.count - 1].bytes
                signature[90] ^= UInt8(truncatingIfNeeded: random.next())
                signature[0] ^= i % 2 == 0 ? 0x20 : 0
                signatures.append(try #require(Bytes96(signature)))
            }
            if i % 10 == 0 {
                keys.append(try #require(Bytes48([0xff] + [UInt8](repeating: 0xff, count: 47))))
                keys.append(try #require(Bytes48([0x9f] + [UInt8](repeating: 0xff, count: 47))))
                signatures.append(try #require(Bytes96([0x9f] + [UInt8](repeating: 0xff, count: 95))))
                // x = 0, a point of order 3 on G1's curve; small x on the other.
                keys.append(try #require(Bytes48([0x80] + [UInt8](repeating: 0, count: 47))))
                signatures.append(
                    try #require(Bytes96([0x80] + [UInt8](repeating: 0, count: 94) + [UInt8(i / 10)]))
                )
            }
        }
        for kernels in FieldKernels.allCases {
            for count in [0, 1, 2, 3, 7, 16, 17, keys.count] {
                let some = Array(keys.prefix(count))
                let expected = some.map { bytes in
                    Result { () throws(BLSError) in try PublicKey(compressed: bytes) }
                }
                #expect(PublicKey.decompress(some, kernels: kernels) == expected, "\(kernels) \(count)")
            }
            for count in [0, 1, 3, 15, 16, 33, signatures.count] {
                let some = Array(signatures.prefix(count))
                let expected = some.map { bytes in
                    Result { () throws(BLSError) in try Signature(compressed: bytes) }
                }
                #expect(Signature.decompress(some, kernels: kernels) == expected, "\(kernels) \(count)")
            }
        }
        let errors = Set(
            PublicKey.decompress(keys).compactMap { result -> BLSError? in
                guard case .failure(let error) = result else { return nil }
                return error
            }
        )
        #expect(errors.isSuperset(of: [.infinity, .notOnCurve, .notInSubgroup, .coordinateNotBelowPrime]))
    }
}
