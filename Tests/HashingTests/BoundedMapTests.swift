import Hashing
import TestSupport
import Testing

/// What is remembered by key, against a plain model.
@Suite struct BoundedMapTests {
    @Test func theOldestIsForgotten() {
        let seed = Seed.first
        var random = SplitMix64(seed: seed)
        var map = BoundedMap<UInt64, UInt64>(capacity: 7)
        var model: [(key: UInt64, value: UInt64)] = []
        for step in 0..<6_000 {
            let (key, value) = (random.next() % 20, random.next())
            let known = model.firstIndex { $0.key == key }
            switch random.next() % 4 {
            case 0:
                map[key] = value
                if let known { model[known].value = value }
            case 1:
                map.update(key, from: value) { $0 &+= 1 }
                if let known { model[known].value &+= 1 }
            case 2:
                map[key] = nil
                if known == nil { continue }
            default:
                let isFull = known == nil && model.count == 7
                #expect(map.insert(value, for: key) == isFull, "seed \(seed), step \(step)")
            }
            if known == nil {
                let isNewValue = map[key] == value || map[key] == value &+ 1
                #expect(isNewValue, "seed \(seed), step \(step)")
                model.append((key, map[key] ?? 0))
                if model.count > 7 { model.removeFirst() }
            }
            let asked = random.next() % 20
            let expected = model.first { $0.key == asked }?.value
            #expect(map[asked] == expected && map.contains(asked) == (expected != nil), "seed \(seed), step \(step)")
            #expect(map.count == model.count, "seed \(seed), step \(step)")
        }
    }

    @Test func oneOfNothingStillHoldsOne() {
        var map = BoundedMap<Int, Void>(capacity: 0)
        map.insert(1)
        map.insert(2)
        #expect(!map.contains(1) && map.contains(2))
    }

    /// The reference values of the algorithm, for seed 1234567.
    @Test func numbersFollowFromTheSeed() {
        var numbers = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in numbers.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ]
        )
    }
}
