import ConsensusTypes
import Hashing
import SSZ
import YAML

extension VectorRunner {
    /// `ssz_generic`: types that the case's name spells, valid and invalid.
    static let sszGeneric = VectorRunner("ssz_generic", needsManifest: false) { vector, files in
        guard let kind = GenericType(handler: vector.handler, name: vector.name) else {
            throw Mismatch("type", expected: "one that the case's name spells", got: vector.name)
        }
        let bytes = try files.ssz("serialized")
        if vector.suite == "invalid" {
            do throws(SSZError) {
                try kind.reject(bytes)
            } catch {
                return .passed
            }
            throw Mismatch("decoding", expected: "an error", got: "a value")
        }
        try expectEqual("suite", expected: "valid", got: vector.suite)
        let (value, shape) = try kind.decode(bytes)
        try expectEqualBytes("encoding", expected: bytes, got: value.encoded(shape, in: .invariant))
        let root = try files.yaml("meta").member("root").hexBytes
        try expectEqual("root", expected: root, got: value.hashTreeRoot(shape, in: .invariant).bytes)
        try expectTree(value.tree(shape, in: .invariant), try files.yaml("value"), at: vector.handler)
        return .passed
    }
}

/// The type that a case of `ssz_generic` is about.
private struct GenericType {
    let type: any SSZValue.Type
    let shape: Shape

    func decode(_ bytes: [UInt8]) throws(SSZError) -> (value: any SSZValue, shape: Shape) {
        (try type.decode(bytes, shape, in: .invariant), shape)
    }

    func reject(_ bytes: [UInt8]) throws(SSZError) { _ = try decode(bytes) }

    init?(handler: String, name: String) {
        let parts = name.split(separator: "_").map(String.init)
        func size(_ i: Int) -> Size? {
            guard parts.indices.contains(i) else { return nil }
            return UInt64(parts[i]).map { .exactly($0) }
        }
        func part(_ i: Int) -> String { parts.indices.contains(i) ? parts[i] : "" }
        switch handler {
        case "boolean": self.init(Bool.self)
        case "uints":
            guard let type = Self.uints["uint" + part(1)] else { return nil }
            self.init(type)
        case "basic_vector":
            guard let type = Self.arrays[part(1)], let length = size(2) else { return nil }
            self.init(type, .vector(length))
        case "basic_progressive_list":
            guard let type = Self.arrays[part(1)] else { return nil }
            self.init(type, .progressive())
        case "bitvector":
            guard let length = size(1) else { return nil }
            self.init(Bitvector.self, .vector(length))
        case "bitlist":
            // `bitlist_no_delimiter_…` names no limit: none would make it valid.
            self.init(Bitlist.self, .list(size(1) ?? 8))
        case "progressive_bitlist": self.init(Bitlist.self, .progressive())
        case "containers", "progressive_containers", "compatible_unions":
            guard let type = Self.containers[part(0)] else { return nil }
            self.init(type)
        default: return nil
        }
    }

    private init(_ type: any SSZValue.Type, _ shape: Shape = .plain) {
        self.type = type
        self.shape = shape
    }

    private static let uints: [String: any SSZValue.Type] = [
        "uint8": UInt8.self, "uint16": UInt16.self, "uint32": UInt32.self, "uint64": UInt64.self,
        "uint128": UInt128.self, "uint256": UInt256.self,
    ]

    private static let arrays: [String: any SSZValue.Type] = [
        "bool": [Bool].self, "uint8": [UInt8].self, "uint16": [UInt16].self, "uint32": [UInt32].self,
        "uint64": [UInt64].self, "uint128": [UInt128].self, "uint256": [UInt256].self,
    ]

    private static let containers: [String: any SSZValue.Type] = [
        "SingleFieldTestStruct": SingleFieldTestStruct.self,
        "SmallTestStruct": SmallTestStruct.self,
        "FixedTestStruct": FixedTestStruct.self,
        "VarTestStruct": VarTestStruct.self,
        "ComplexTestStruct": ComplexTestStruct.self,
        "ProgressiveTestStruct": ProgressiveTestStruct.self,
        "BitsStruct": BitsStruct.self,
        "ProgressiveBitsStruct": ProgressiveBitsStruct.self,
        "ProgressiveSingleFieldContainerTestStruct": ProgressiveSingleFieldContainerTestStruct.self,
        "ProgressiveSingleListContainerTestStruct": ProgressiveSingleListContainerTestStruct.self,
        "ProgressiveVarTestStruct": ProgressiveVarTestStruct.self,
        "ProgressiveComplexTestStruct": ProgressiveComplexTestStruct.self,
        "CompatibleUnionA": CompatibleUnion<UnionA>.self,
        "CompatibleUnionBC": CompatibleUnion<UnionBC>.self,
        "CompatibleUnionABCA": CompatibleUnion<UnionABCA>.self,
    ]
}
