/// Why a JSON text is not a value of the expected type: where, and what was expected and came.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was expected, and what came instead.
    public let problem: String
    /// Names of fields and `[index]` from the outermost value, outermost first.
    public private(set) var path: [String]
    /// Offset in bytes from the start of the text.
    public let offset: Int

    init(_ problem: String, offset: Int) {
        self.problem = problem
        self.offset = offset
        path = []
    }

    init(expected: String, got: String, offset: Int) {
        self.init("expected \(expected), got \(got)", offset: offset)
    }

    /// The same error seen from the value around it.
    func within(_ name: String) -> JSONError {
        var error = self
        error.path.insert(name, at: 0)
        return error
    }

    public var description: String {
        "json: \(path.isEmpty ? "value" : pathText(path)) at byte \(offset): \(problem)"
    }
}

/// A path of field names and `[index]` as people write it: `validators[3].pubkey`.
func pathText(_ parts: some Sequence<String>) -> String {
    parts.reduce(into: "") { text, part in
        if !text.isEmpty, !part.hasPrefix("[") { text += "." }
        text += part
    }
}
