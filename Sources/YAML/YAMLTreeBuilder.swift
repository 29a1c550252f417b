import CYAML

/// Makes a tree of parser events, on a stack of its own, so depth is a number and not the thread's stack.
struct YAMLTreeBuilder {
    /// A sequence or mapping that has not ended.
    private struct Open {
        let line: Int
        let isMapping: Bool
        var elements: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        var keys: Set<String> = []
        var key: String?
    }

    private let limits: YAMLLimits
    private var stack: [Open] = []
    private var nodes = 0
    private var documents = 0
    private var root: YAMLNode?

    /// Whether the stream has ended.
    private(set) var isFinished = false

    init(limits: YAMLLimits) {
        self.limits = limits
    }

    /// The only document, once the stream has ended.
    func document() throws(YAMLError) -> YAMLNode {
        guard documents == 1, let root else { throw .documents(expected: 1, got: documents) }
        return root
    }

    /// Takes one event, which stays the caller's to free.
    mutating func take(_ event: yaml_event_t) throws(YAMLError) {
        let line = Int(clamping: event.start_mark.line) + 1
        switch event.type {
        case YAML_STREAM_END_EVENT:
            isFinished = true
        case YAML_DOCUMENT_START_EVENT:
            documents += 1
            guard documents == 1 else { throw .documents(expected: 1, got: documents) }
        case YAML_ALIAS_EVENT:
            throw .anchor(line: line, name: Self.text(event.data.alias.anchor))
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try check(anchor: scalar.anchor, tag: scalar.tag, line: line)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let style: YAMLNode.ScalarStyle = scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted
            try place(YAMLNode(line: line, content: .scalar(text, style)))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            try check(anchor: start.anchor, tag: start.tag, line: line)
            try open(mapping: false, line: line)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            try check(anchor: start.anchor, tag: start.tag, line: line)
            try open(mapping: true, line: line)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            try close()
        default:
            break
        }
    }

    /// Counts a node before it is made.
    private mutating func check(
        anchor: UnsafeMutablePointer<yaml_char_t>?,
        tag: UnsafeMutablePointer<yaml_char_t>?,
        line: Int
    ) throws(YAMLError) {
        if let anchor { throw .anchor(line: line, name: Self.text(anchor)) }
        if let tag { throw .tag(line: line, name: Self.text(tag)) }
        nodes += 1
        guard nodes <= limits.nodes else { throw .tooManyNodes(line: line, maximum: limits.nodes) }
    }

    private mutating func open(mapping: Bool, line: Int) throws(YAMLError) {
        if let top = stack.last, top.isMapping, top.key == nil { throw .keyNotScalar(line: line) }
        guard stack.count < limits.depth else { throw .tooDeep(line: line, maximum: limits.depth) }
        stack.append(Open(line: line, isMapping: mapping))
    }

    private mutating func close() throws(YAMLError) {
        guard let top = stack.popLast() else { return }
        let content: YAMLNode.Content = top.isMapping ? .mapping(top.entries) : .sequence(top.elements)
        try place(YAMLNode(line: top.line, content: content))
    }

    private mutating func place(_ node: YAMLNode) throws(YAMLError) {
        guard let last = stack.indices.last else {
            root = node
            return
        }
        guard stack[last].isMapping else {
            stack[last].elements.append(node)
            return
        }
        if let key = stack[last].key {
            stack[last].key = nil
            stack[last].entries.append(.init(key: key, value: node))
            return
        }
        guard case .scalar(let key, _) = node.content else { throw .keyNotScalar(line: node.line) }
        guard stack[last].keys.insert(key).inserted else { throw .duplicateKey(line: node.line, key: key) }
        stack[last].key = key
    }

    private static func text(_ start: UnsafeMutablePointer<yaml_char_t>?) -> String {
        guard let start else { return "" }
        return String(cString: start)
    }
}
