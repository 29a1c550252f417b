import Hashing
import Testing

@testable import SSZ

@Suite struct DifferencesTests {
    private let context = Bird.context

    private func lines(limit: Int = .max, _ change: (inout Bird) -> Void) throws -> [String] {
        var other = Bird.sample
        change(&other)
        let differences = try #require(Bird.sample.differences(from: other, limit: limit, in: context))
        // Comparing trees finds the same places.
        let trees = Bird.sample.tree(in: context).differences(from: other.tree(in: context), limit: limit)
        #expect(trees.places == differences.places)
        #expect(trees.count == differences.count)
        return differences.places.map { place in
            let (left, right) = place.texts()
            return "\(place.path): \(left) / \(right)"
        } + (differences.count > differences.places.count ? ["\(differences.count)"] : [])
    }

    @Test func placesAreNamedByPath() throws {
        #expect(try lines { _ in } == [])
        #expect(try lines { $0.age = 4 } == ["age: 3 / 4"])
        #expect(try lines { $0.feathers[1].isPrimary = true } == ["feathers[1].is_primary: false / true"])
        #expect(try lines { $0.flights[0] = 8 } == ["flights[0]: 7 / 8"])
        #expect(try lines { $0.song = [1] } == ["song: 0x01ab / 0x01"])
        #expect(try lines { $0.toes[0] = true } == ["toes: 0x0002 / 0x0102"])
        #expect(try lines { $0.nest[1] = 0 } == ["nest[1]: 6 / 0"])
        #expect(
            try lines { $0.feathers.removeLast() } == [
                "feathers: 2 elements / 1 elements", #"feathers[1]: {"length":"0","is_primary":false} / nothing"#,
            ]
        )
        #expect(
            try lines { $0.moults.append(3) } == ["moults: 2 elements / 3 elements", "moults[2]: nothing / 3"]
        )
    }

    @Test func theRestIsCounted() throws {
        let got = try lines(limit: 2) {
            $0.age = 0
            $0.nest = [0, 0]
            $0.flights = []
        }
        #expect(got == ["age: 3 / 0", "flights: 2 elements / 0 elements", "6"])
    }

    @Test func longTextsAreCut() {
        let path = "p"
        let a = Array(repeating: UInt8(1), count: 100)
        var b = a
        b[80] = 2
        let bytes = Differences.Place(path: path, left: .value(.bytes(a)), right: .value(.bytes(b)))
        #expect(bytes.texts().left.hasPrefix("100 bytes, from 76 on 0x01010101"))
        #expect(bytes.texts().right.hasPrefix("100 bytes, from 76 on 0x0101010102"))
        let list = Differences.Place(
            path: path,
            left: .value(.list(Array(repeating: .bool(true), count: 99))),
            right: .absent
        )
        #expect(list.texts(width: 20).left.count == 21)
    }

    @Test func anotherTypeHasNoDifferences() {
        #expect(Bird().differences(from: Bird.Feather(), in: context) == nil)
    }

    @Test func treesOfDifferentFieldsAreCompared() {
        let a = ValueTree.object([.init(name: "x", value: .number("1")), .init(name: "y", value: .number("2"))])
        let b = ValueTree.object([.init(name: "y", value: .number("3")), .init(name: "z", value: .number("4"))])
        #expect(a.differences(from: b).places.map(\.path) == ["x", "y", "z"])
    }
}
