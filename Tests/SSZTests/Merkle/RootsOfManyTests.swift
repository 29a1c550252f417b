import Hashing
import TestSupport
import Testing

@testable import SSZ

/// Lists whose elements are hashed side by side, beside each element hashed alone and the tree's definition.
@Suite struct RootsOfManyTests {
    private let context = ShapeContext(version: 1)

    /// The root of `values` as a list of at most `limit`, element by element.
    private func model<Value: SSZValue>(_ values: [Value], _ element: Shape, limit: UInt64) -> Bytes32 {
        let roots = values.map { $0.hashTreeRoot(element, in: context) }
        let root = MerkleTests.model(roots, depth: Merkle.depth(of: limit))
        return MerkleHash.pair(root, Merkle.word(UInt64(values.count)))
    }

    private func agree<Value: SSZValue>(_ values: [Value], _ element: Shape, limit: UInt64, _ what: String) {
        let root = values.hashTreeRoot(.list(.exactly(limit), of: element), in: context)
        #expect(root == model(values, element, limit: limit), "\(what)")
    }

    /// Lengths about the borders of leaves, pairs and batches, and anything between.
    private func length(_ random: inout SplitMix64, most: Int) -> Int {
        let border = [0, 0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 2_047, 65_535, 65_536, 65_537]
        let length =
            switch random.next() % 4 {
            case 0: border[Int(random.next() % UInt64(border.count))]
            case 1: Int(random.next() % 200_000)
            default: Int(random.next() % 700)
            }
        return min(length, most)
    }

    @Test func listsOfByteLists() {
        for seed in 0..<60 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let limits: [UInt64] = [1, 32, 33, 64, 1_000, 4_096, 1 << 20, 1 << 30, 1 << 40, .max]
            let limit = limits[Int(seed) % limits.count]
            let count = Int(random.next() % 40)
            let lists = (0..<count).map { _ in
                random.bytes(length(&random, most: Int(min(limit, 1 << 30))))
            }
            agree(lists, .list(.exactly(limit)), limit: 1 << 20, "seed \(seed), limit \(limit)")
        }
    }

    @Test func manyEmptyAndManyShortLists() {
        agree([[UInt8]](), .list(1_073_741_824), limit: 1 << 20, "none")
        agree([[UInt8]](repeating: [], count: 2_500), .list(1_073_741_824), limit: 1 << 20, "empty")
        let short = (0..<3_000).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: $0 % 130) }
        agree(short, .list(1_073_741_824), limit: 1 << 20, "short")
    }

    @Test func vectorsAndListsOfNumbers() {
        var random = SplitMix64(seed: 5)
        let cells = (0..<37).map { _ in random.bytes(2_048) }
        agree(cells, .vector(2_048), limit: 4_096, "cells")
        let small = (0..<37).map { _ in random.bytes(20) }
        agree(small, .vector(20), limit: 4_096, "one leaf")
        for count in [0, 1, 2, 3, 40] {
            let numbers = (0..<count).map { i in (0..<(i * 3) % 50).map { _ in random.next() } }
            agree(numbers, .list(64), limit: 100, "\(count) lists of numbers")
            agree(numbers, .progressive(), limit: 100, "\(count) progressive lists")
        }
        let nested = (0..<9).map { i in (0..<i).map { random.bytes(33 * $0) } }
        agree(nested, .list(10, of: .list(400)), limit: 16, "lists of lists of bytes")
    }

    @Test func byteVectors() {
        var random = SplitMix64(seed: 6)
        for count in [0, 1, 2, 17, 255, 256, 257, 600] {
            agree(
                (0..<count).map { _ in Bytes20(random.bytes(20)) ?? Bytes20() },
                .plain,
                limit: 1_024,
                "\(count) of 20"
            )
            agree(
                (0..<count).map { _ in Bytes32(random.bytes(32)) ?? Bytes32() },
                .plain,
                limit: 1_024,
                "\(count) of 32"
            )
            agree(
                (0..<count).map { _ in Bytes48(random.bytes(48)) ?? Bytes48() },
                .plain,
                limit: 1_024,
                "\(count) of 48"
            )
            agree(
                (0..<count).map { _ in Bytes96(random.bytes(96)) ?? Bytes96() },
                .plain,
                limit: 1_024,
                "\(count) of 96"
            )
        }
    }

    @Test func bitlists() {
        var random = SplitMix64(seed: 7)
        let lists = (0..<70).map { i in Bitlist((0..<i * 37 % 2_049).map { _ in random.next() % 3 == 0 }) }
        for limit in [2_048, 131_072, 1 << 40] as [UInt64] {
            agree(lists, .list(.exactly(limit)), limit: 128, "limit \(limit)")
        }
        agree(lists, .progressive(), limit: 128, "progressive")
    }

    @Test func containers() {
        var random = SplitMix64(seed: 8)
        for count in [0, 1, 2, 3, 4, 63, 64, 65, 130] {
            let birds = (0..<count).map { i in
                var bird = Bird.sample
                bird.age = random.next()
                bird.song = random.bytes(Int(random.next() % 9))
                bird.flights = PersistentList((0..<i % 5).map { _ in random.next() })
                bird.feathers = (0..<i % 4).map { _ in
                    Bird.Feather(length: random.next(), isPrimary: random.next() % 2 == 0)
                }
                bird.mate = random.next()
                return bird
            }
            agree(birds, .plain, limit: 256, "\(count) birds")
        }
    }
}
