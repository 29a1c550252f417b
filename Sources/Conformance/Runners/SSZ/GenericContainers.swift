import SSZ

// The containers that `ssz_generic` is written for; nothing else uses them.

struct SingleFieldTestStruct: SSZContainer, Hashable {
    var a: UInt8 = 0

    static let fields: [Field<SingleFieldTestStruct>] = [
        .init("A", \.a, versions: 0..<1)
    ]
}

struct SmallTestStruct: SSZContainer, Hashable {
    var a: UInt16 = 0
    var b: UInt16 = 0

    static let fields: [Field<SmallTestStruct>] = [
        .init("A", \.a, versions: 0..<1),
        .init("B", \.b, versions: 0..<1),
    ]
}

struct FixedTestStruct: SSZContainer, Hashable {
    var a: UInt8 = 0
    var b: UInt64 = 0
    var c: UInt32 = 0

    static let fields: [Field<FixedTestStruct>] = [
        .init("A", \.a, versions: 0..<1),
        .init("B", \.b, versions: 0..<1),
        .init("C", \.c, versions: 0..<1),
    ]
}

struct VarTestStruct: SSZContainer, Hashable {
    var a: UInt16 = 0
    var b: [UInt16] = []
    var c: UInt8 = 0

    static let fields: [Field<VarTestStruct>] = [
        .init("A", \.a, versions: 0..<1),
        .init("B", \.b, .list(1024), versions: 0..<1),
        .init("C", \.c, versions: 0..<1),
    ]
}

struct ComplexTestStruct: SSZContainer, Hashable {
    var a: UInt16 = 0
    var b: [UInt16] = []
    var c: UInt8 = 0
    var d: [UInt8] = []
    var e: VarTestStruct = VarTestStruct()
    var f: [FixedTestStruct] = []
    var g: [VarTestStruct] = []

    static let fields: [Field<ComplexTestStruct>] = [
        .init("A", \.a, versions: 0..<1),
        .init("B", \.b, .list(128), versions: 0..<1),
        .init("C", \.c, versions: 0..<1),
        .init("D", \.d, .list(256), versions: 0..<1),
        .init("E", \.e, versions: 0..<1),
        .init("F", \.f, .vector(4), versions: 0..<1),
        .init("G", \.g, .vector(2), versions: 0..<1),
    ]
}

struct ProgressiveTestStruct: SSZContainer, Hashable {
    var a: [UInt8] = []
    var b: [UInt64] = []
    var c: [SmallTestStruct] = []
    var d: [[VarTestStruct]] = []

    static let fields: [Field<ProgressiveTestStruct>] = [
        .init("A", \.a, .progressive(), versions: 0..<1),
        .init("B", \.b, .progressive(), versions: 0..<1),
        .init("C", \.c, .progressive(), versions: 0..<1),
        .init("D", \.d, .progressive(of: .progressive()), versions: 0..<1),
    ]
}

struct BitsStruct: SSZContainer, Hashable {
    var a: Bitlist = Bitlist()
    var b: Bitvector = Bitvector()
    var c: Bitvector = Bitvector()
    var d: Bitlist = Bitlist()
    var e: Bitvector = Bitvector()

    static let fields: [Field<BitsStruct>] = [
        .init("A", \.a, .list(5), versions: 0..<1),
        .init("B", \.b, .vector(2), versions: 0..<1),
        .init("C", \.c, .vector(1), versions: 0..<1),
        .init("D", \.d, .list(6), versions: 0..<1),
        .init("E", \.e, .vector(8), versions: 0..<1),
    ]
}

struct ProgressiveBitsStruct: SSZContainer, Hashable {
    var a: Bitvector = Bitvector()
    var b: Bitlist = Bitlist()
    var c: Bitlist = Bitlist()
    var d: Bitvector = Bitvector()
    var e: Bitlist = Bitlist()
    var f: Bitlist = Bitlist()
    var g: Bitvector = Bitvector()
    var h: Bitlist = Bitlist()
    var i: Bitlist = Bitlist()
    var j: Bitvector = Bitvector()
    var k: Bitlist = Bitlist()
    var l: Bitlist = Bitlist()

    static let fields: [Field<ProgressiveBitsStruct>] = [
        .init("A", \.a, .vector(256), versions: 0..<1),
        .init("B", \.b, .list(256), versions: 0..<1),
        .init("C", \.c, .progressive(), versions: 0..<1),
        .init("D", \.d, .vector(257), versions: 0..<1),
        .init("E", \.e, .list(257), versions: 0..<1),
        .init("F", \.f, .progressive(), versions: 0..<1),
        .init("G", \.g, .vector(1280), versions: 0..<1),
        .init("H", \.h, .list(1280), versions: 0..<1),
        .init("I", \.i, .progressive(), versions: 0..<1),
        .init("J", \.j, .vector(1281), versions: 0..<1),
        .init("K", \.k, .list(1281), versions: 0..<1),
        .init("L", \.l, .progressive(), versions: 0..<1),
    ]
}

struct ProgressiveSingleFieldContainerTestStruct: SSZContainer, Hashable {
    var a: UInt8 = 0

    static let fields: [Field<ProgressiveSingleFieldContainerTestStruct>] = [
        .init("A", \.a, versions: 0..<1)
    ]

    static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        .init(active: [true])
    }
}

struct ProgressiveSingleListContainerTestStruct: SSZContainer, Hashable {
    var c: Bitlist = Bitlist()

    static let fields: [Field<ProgressiveSingleListContainerTestStruct>] = [
        .init("C", \.c, .progressive(), versions: 0..<1)
    ]

    static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        .init(active: [false, false, false, false, true])
    }
}

struct ProgressiveVarTestStruct: SSZContainer, Hashable {
    var a: UInt8 = 0
    var b: [UInt16] = []
    var c: Bitlist = Bitlist()

    static let fields: [Field<ProgressiveVarTestStruct>] = [
        .init("A", \.a, versions: 0..<1),
        .init("B", \.b, .list(123), versions: 0..<1),
        .init("C", \.c, .progressive(), versions: 0..<1),
    ]

    static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        .init(active: [true, false, true, false, true])
    }
}

struct ProgressiveComplexTestStruct: SSZContainer, Hashable {
    var a: UInt8 = 0
    var b: [UInt16] = []
    var c: Bitlist = Bitlist()
    var d: [UInt64] = []
    var e: [SmallTestStruct] = []
    var f: [[VarTestStruct]] = []
    var g: [ProgressiveSingleFieldContainerTestStruct] = []
    var h: [ProgressiveVarTestStruct] = []

    static let fields: [Field<ProgressiveComplexTestStruct>] = [
        .init("A", \.a, versions: 0..<1),
        .init("B", \.b, .list(123), versions: 0..<1),
        .init("C", \.c, .progressive(), versions: 0..<1),
        .init("D", \.d, .progressive(), versions: 0..<1),
        .init("E", \.e, .progressive(), versions: 0..<1),
        .init("F", \.f, .progressive(of: .progressive()), versions: 0..<1),
        .init("G", \.g, .list(10), versions: 0..<1),
        .init("H", \.h, .progressive(), versions: 0..<1),
    ]

    static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        .init(active: [
            true, false, true, false, true, false, false, false, true, false, false, false, true, true, false, false,
            false, false, false, false, true, true,
        ])
    }
}

enum UnionA: UnionOptions {
    static let types: [UInt8: any SSZContainer.Type] = [1: ProgressiveSingleFieldContainerTestStruct.self]
}

enum UnionBC: UnionOptions {
    static let types: [UInt8: any SSZContainer.Type] = [
        2: ProgressiveSingleListContainerTestStruct.self, 3: ProgressiveVarTestStruct.self,
    ]
}

enum UnionABCA: UnionOptions {
    static let types: [UInt8: any SSZContainer.Type] = [
        1: ProgressiveSingleFieldContainerTestStruct.self, 2: ProgressiveSingleListContainerTestStruct.self,
        3: ProgressiveVarTestStruct.self, 4: ProgressiveSingleFieldContainerTestStruct.self,
    ]
}
