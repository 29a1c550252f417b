import CYAML

/// YAML texts: configurations and the metadata of reference vectors.
public enum YAML {
    /// The one document of a UTF-8 text.
    ///
    /// Anchors, aliases, explicit tags, keys that are no scalars and repeated keys are errors.
    public static func parse(_ text: String, limits: YAMLLimits = .init()) throws(YAMLError) -> YAMLNode {
        guard text.utf8.count <= limits.bytes else { throw .tooLong(maximum: limits.bytes, got: text.utf8.count) }
        return try parse(Array(text.utf8), limits: limits)
    }

    /// The same, of bytes.
    public static func parse(_ bytes: [UInt8], limits: YAMLLimits = .init()) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= limits.bytes else { throw .tooLong(maximum: limits.bytes, got: bytes.count) }
        return try bytes.withUnsafeBufferPointer { buffer throws(YAMLError) in
            // libyaml keeps a pointer to the parser in the parser, so it must not move.
            let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
            defer { parser.deallocate() }
            guard yaml_parser_initialize(parser) == 1 else { throw .outOfMemory }
            defer { yaml_parser_delete(parser) }
            // Always UTF-8: a byte order mark must not turn the limits into limits of another encoding.
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            // An empty array may have no address at all, which the C side takes for an error.
            let empty: StaticString = ""
            yaml_parser_set_input_string(parser, buffer.baseAddress ?? empty.utf8Start, buffer.count)
            var builder = YAMLTreeBuilder(limits: limits)
            while !builder.isFinished {
                var event = yaml_event_t()
                guard yaml_parser_parse(parser, &event) == 1 else { throw problem(of: parser.pointee) }
                defer { yaml_event_delete(&event) }
                try builder.take(event)
            }
            return try builder.document()
        }
    }

    private static func problem(of parser: yaml_parser_t) -> YAMLError {
        if parser.error == YAML_MEMORY_ERROR { return .outOfMemory }
        var text = parser.problem.map { String(cString: $0) } ?? "malformed"
        if let context = parser.context { text = "\(String(cString: context)): \(text)" }
        let line = parser.error == YAML_READER_ERROR ? parser.mark.line : parser.problem_mark.line
        return .syntax(line: Int(clamping: line) + 1, problem: text)
    }
}
