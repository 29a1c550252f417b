import Hashing
import SSZ
import TestSupport
import Testing

@Suite struct ByteListRootsTests {
    /// Lists of bytes hashed together have the roots that each has alone.
    @Test func listsTogetherAreAsAlone() {
        var random = SplitMix64(seed: 11)
        for limit in [32, 33, 64, 100, 4096, 1 << 30] as [UInt64] {
            for count in [0, 1, 2, 3, 17, 40] {
                let lists = (0..<count).map { _ in
                    (0..<random.next() % min(limit + 1, 400)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                }
                let together = lists.hashTreeRoot(
                    .list(.exactly(64), of: .list(.exactly(limit))),
                    in: .invariant
                )
                let alone = lists.map { $0.hashTreeRoot(.list(.exactly(limit)), in: .invariant) }
                let expected = Merkle.mixInLength(Merkle.root(alone, limit: 64), UInt64(count))
                #expect(together == expected, "\(count) lists of at most \(limit)")
            }
        }
    }

    @Test func lengthsAtTheEdges() {
        for length in [0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1023, 1024] {
            let lists = [[UInt8](repeating: 1, count: length), [], [UInt8](repeating: 2, count: 1024 - length)]
            let together = lists.hashTreeRoot(.list(.exactly(4), of: .list(.exactly(1024))), in: .invariant)
            let alone = lists.map { $0.hashTreeRoot(.list(.exactly(1024)), in: .invariant) }
            #expect(together == Merkle.mixInLength(Merkle.root(alone, limit: 4), 3), "\(length)")
        }
    }
}
