/// Why a YAML text was refused, or why a node is not what the caller asked for.
///
/// Lines count from 1.
public enum YAMLError: Error, Equatable, Sendable {
    /// The text is longer than the caller allows; nothing of it was parsed.
    case tooLong(maximum: Int, got: Int)
    /// The text breaks the grammar, or is no UTF-8.
    case syntax(line: Int, problem: String)
    /// The parser ran out of memory.
    case outOfMemory
    /// Sequences and mappings stand inside each other too deeply.
    case tooDeep(line: Int, maximum: Int)
    /// More scalars, sequences and mappings than the caller allows.
    case tooManyNodes(line: Int, maximum: Int)
    /// An anchor or alias: a few bytes of them can stand for gigabytes, and no file of ours needs them.
    case anchor(line: Int, name: String)
    /// An explicit tag such as `!!binary`.
    case tag(line: Int, name: String)
    /// A mapping key that is no scalar.
    case keyNotScalar(line: Int)
    /// A mapping with the same key twice.
    case duplicateKey(line: Int, key: String)
    /// Not exactly one document.
    case documents(expected: Int, got: Int)

    /// A node of another kind or of another content than asked for.
    case unexpected(line: Int, expected: String, got: String)
    /// A mapping without the key asked for.
    case missingKey(line: Int, key: String)
}
