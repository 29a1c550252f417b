import CFieldKernels
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

    private func elements(_ random: inout SeededGenerator, _ count: Int, round: Int) throws -> [Fp] {
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
        var random = SeededGenerator(seed: Self.seed)
        for round in 0..<200 {
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
        var random = SeededGenerator(seed: Self.seed + 1)
        for round in 0..<200 {
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
        var random = SeededGenerator(seed: Self.seed + 2)
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
}
