import BLS
import TestSupport
import Testing

@testable import KZG

/// The bucket method with halved scalars, against one multiplication after the other.
@Suite struct LinearCombinationTests {
    @Test(arguments: [0, 1, 2, 3, 5, 17, 70, 210, 520])
    func agreesWithSingleMultiplications(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let generator = G1(G1Affine.generator)
        let pool = G1.affine((1...8).map { generator.multiplied(by: UInt64($0 * $0)) })
        var points: [G1Affine] = []
        var scalars: [Fr] = []
        for i in 0..<count {
            // Few distinct points: equal, opposite and infinite ones meet in a bucket.
            let point = pool[Int.random(in: 0..<8, using: &random)]
            points.append(i % 11 == 10 ? .infinity : Bool.random(using: &random) ? point : -point)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: scalars.append(Fr(UInt64.random(in: 0..<3, using: &random)))
            case 1: scalars.append(-Fr(UInt64.random(in: 0..<3, using: &random)))
            case 2: scalars.append(scalars.last ?? .one)
            default: scalars.append(random.element())
            }
        }
        var expected = G1.infinity
        for (point, scalar) in zip(points, scalars) {
            expected = expected + G1(point).multiplied(by: scalar.canonicalWords)
        }
        #expect(G1.linearCombination(points, scalars) == expected)
        #expect(G1.linearCombination(points, scalars + [.one]) == expected)
    }
}
