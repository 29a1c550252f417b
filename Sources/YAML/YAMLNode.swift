/// One value of a YAML document, with the line it begins on.
///
/// Scalars stay text: what a plain `0x01` or `1` means is for the reader to say, by the accessor it calls.
public struct YAMLNode: Sendable {
    /// How a scalar was written; only a plain one can be `null`.
    public enum ScalarStyle: Sendable {
        case plain, quoted
    }

    /// One entry of a mapping, in the order of the text.
    public struct Entry: Sendable {
        public let key: String
        public let value: YAMLNode
    }

    /// What the node is.
    public enum Content: Sendable {
        case scalar(String, ScalarStyle)
        indirect case sequence([YAMLNode])
        /// Keys are different from each other.
        indirect case mapping([Entry])
    }

    /// Counts from 1.
    public let line: Int
    public let content: Content

    public init(line: Int, content: Content) {
        self.line = line
        self.content = content
    }
}
