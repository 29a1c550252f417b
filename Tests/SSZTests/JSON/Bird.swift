import Hashing

@testable import SSZ

/// A container with a field of every kind.
struct Bird: SSZContainer, Equatable {
    struct Feather: SSZContainer, Equatable {
        var length: UInt64 = 0
        var isPrimary = false

        static let fields: [Field<Feather>] = [
            .init("length", \.length, versions: 0..<9), .init("is_primary", \.isPrimary, versions: 0..<9),
        ]
    }

    var age: UInt64 = 0
    var ring = Bytes32()
    var weight = UInt256()
    var song: [UInt8] = []
    var flights = PersistentList<UInt64>()
    var moults = PersistentList<UInt8>()
    var feathers: [Feather] = []
    var toes = Bitvector(count: 10)
    var winters = Bitlist()
    var nest: [UInt64] = [0, 0]
    /// Of version 1 only.
    var mate: UInt64 = 0

    static let fields: [Field<Bird>] = [
        .init("age", \.age, versions: 0..<9),
        .init("ring", \.ring, versions: 0..<9),
        .init("weight", \.weight, versions: 0..<9),
        .init("song", \.song, .list(8), versions: 0..<9),
        .init("flights", \.flights, .list(4), versions: 0..<9),
        .init("moults", \.moults, .list(4), versions: 0..<9),
        .init("feathers", \.feathers, .list(3), versions: 0..<9),
        .init("toes", \.toes, .vector(10), versions: 0..<9),
        .init("winters", \.winters, .list(12), versions: 0..<9),
        .init("nest", \.nest, .vector(2), versions: 0..<9),
        .init("mate", \.mate, versions: 1..<9),
    ]

    static let context = ShapeContext(version: 0)

    static let sample: Bird = {
        var bird = Bird()
        bird.age = 3
        bird.weight = UInt256(1_000_000_007)
        bird.song = [1, 0xab]
        bird.flights = [7, .max]
        bird.moults = [0, 255]
        bird.feathers = [Feather(length: 9, isPrimary: true), Feather()]
        bird.toes[9] = true
        bird.winters = Bitlist([true, false, true])
        bird.nest = [5, 6]
        return bird
    }()

    static let sampleText = """
        {"age":"3","ring":"0x\(String(repeating: "0", count: 64))","weight":"1000000007","song":"0x01ab",\
        "flights":["7","18446744073709551615"],"moults":["0","255"],\
        "feathers":[{"length":"9","is_primary":true},{"length":"0","is_primary":false}],\
        "toes":"0x0002","winters":"0x0d","nest":["5","6"]}
        """
}
