import Hashing
import StateTransition
import TestSupport
import Testing

@Suite struct ShufflingTests {
    /// The two ways to the same permutation, at sizes around those at which the hashed source changes.
    @Test(arguments: [1, 2, 3, 255, 256, 257, 511, 512, 513, 1000, 5000])
    func permutationIsTheIndices(_ count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let seed = SyntheticState.root(&random)
        let permutation = ShuffledIndices.permutation(count: count, seed: seed, rounds: 90)
        #expect(permutation.sorted() == (0..<UInt64(count)).map { $0 })
        for i in 0..<count {
            let index = ShuffledIndices.index(UInt64(i), count: UInt64(count), seed: seed, rounds: 90)
            #expect(permutation[i] == index)
        }
    }
}
