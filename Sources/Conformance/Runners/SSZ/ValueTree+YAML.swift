import Hashing
import SSZ
import YAML

/// Throws a `Mismatch` unless the YAML text says the same value, naming the path of the first difference.
///
/// Numbers may stand in quotes, bytes are hexadecimal, and a list of single bytes may be written as a list of numbers.
func expectTree(_ tree: ValueTree, _ yaml: YAMLNode, at path: String) throws {
    switch tree {
    case .number(let digits): try expectEqual(path, expected: try yaml.string, got: digits)
    case .bool(let value): try expectEqual(path, expected: try yaml.bool, got: value)
    case .bytes(let bytes):
        if case .sequence(let elements) = yaml.content {
            try expectEqual(path, expected: try elements.map { try $0.int }, got: bytes.map { UInt64($0) })
        } else {
            try expectEqual(path, expected: try yaml.hexBytes, got: bytes)
        }
    case .list(let values):
        let elements = try yaml.elements
        try expectEqual("\(path): count", expected: elements.count, got: values.count)
        for (i, (value, element)) in zip(values, elements).enumerated() {
            try expectTree(value, element, at: "\(path)[\(i)]")
        }
    case .object(let entries):
        let names = try yaml.entries.map(\.key)
        try expectEqual("\(path): fields", expected: names, got: entries.map(\.name))
        for entry in entries {
            try expectTree(entry.value, try yaml.member(entry.name), at: "\(path).\(entry.name)")
        }
    }
}
