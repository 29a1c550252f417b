/// How much a YAML text may cost.
public struct YAMLLimits: Sendable {
    /// The length of the text.
    public var bytes: Int
    /// Sequences and mappings inside each other; a lone scalar has depth 0.
    public var depth: Int
    /// Scalars (keys too), sequences and mappings together.
    public var nodes: Int

    public init(bytes: Int = 16 << 20, depth: Int = 32, nodes: Int = 1 << 20) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
    }
}
