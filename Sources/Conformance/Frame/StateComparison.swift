import ConsensusTypes
import SSZ

/// Throws a ``Mismatch`` that names the first field in which two states differ.
///
/// The trees of names are made only where the encodings differ.
func expectEqualStates(
    _ what: String,
    expected: [UInt8],
    got: BeaconState,
    in context: ShapeContext
) throws {
    guard got.encoded(in: context) != expected else { return }
    let wanted = try BeaconState.decode(expected, in: context)
    let path = firstDifference(wanted.tree(in: context), got.tree(in: context))
    guard let path else { throw Mismatch(what, expected: "the same encoding", got: "another of the same fields") }
    throw Mismatch("\(what).\(path.path)", expected: path.expected, got: path.got)
}

/// Where two trees differ first, in order of fields and elements.
func firstDifference(_ expected: ValueTree, _ got: ValueTree) -> (path: String, expected: String, got: String)? {
    if expected == got { return nil }
    switch (expected, got) {
    case (.object(let a), .object(let b)) where a.map(\.name) == b.map(\.name):
        for (x, y) in zip(a, b) {
            if let below = firstDifference(x.value, y.value) {
                let dot = below.path.isEmpty || below.path.hasPrefix("[") ? "" : "."
                return (x.name + dot + below.path, below.expected, below.got)
            }
        }
        return nil
    case (.list(let a), .list(let b)):
        for (at, (x, y)) in zip(a, b).enumerated() {
            if let below = firstDifference(x, y) {
                let dot = below.path.isEmpty || below.path.hasPrefix("[") ? "" : "."
                return ("[\(at)]" + dot + below.path, below.expected, below.got)
            }
        }
        return ("", "\(a.count) elements", "\(b.count) elements")
    default:
        return ("", text(expected), text(got))
    }
}

private func text(_ tree: ValueTree) -> String {
    switch tree {
    case .number(let digits): digits
    case .bool(let value): "\(value)"
    case .bytes(let bytes): Mismatch("", expected: bytes, got: bytes).expected
    case .list(let elements): "\(elements.count) elements"
    case .object(let entries): "fields \(entries.map(\.name).joined(separator: ", "))"
    }
}
