import Hashing

extension YAMLNode {
    /// The value under `key`; `nil` when the node is no mapping or has no such key.
    public subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The value under `key`, which must be there.
    public func member(_ key: String) throws(YAMLError) -> YAMLNode {
        for entry in try entries where entry.key == key { return entry.value }
        throw .missingKey(line: line, key: key)
    }

    /// The entries of a mapping, in the order of the text.
    public var entries: [Entry] {
        get throws(YAMLError) {
            guard case .mapping(let entries) = content else { throw unexpected("a mapping") }
            return entries
        }
    }

    /// The entries of a mapping whose values are scalars, as text; other entries are left out.
    public var scalars: [String: String] {
        get throws(YAMLError) {
            var scalars: [String: String] = [:]
            for entry in try entries {
                guard case .scalar(let text, _) = entry.value.content else { continue }
                scalars[entry.key] = text
            }
            return scalars
        }
    }

    /// The elements of a sequence.
    public var elements: [YAMLNode] {
        get throws(YAMLError) {
            guard case .sequence(let elements) = content else { throw unexpected("a sequence") }
            return elements
        }
    }

    /// The text of a scalar, whatever its style.
    public var string: String {
        get throws(YAMLError) {
            guard case .scalar(let text, _) = content else { throw unexpected("a scalar") }
            return text
        }
    }

    /// A decimal number without sign; quoted ones count.
    public var int: UInt64 {
        get throws(YAMLError) {
            guard case .scalar(let text, _) = content, let first = text.utf8.first,
                first != UInt8(ascii: "+"), let value = UInt64(text)
            else { throw unexpected("an unsigned 64-bit number") }
            return value
        }
    }

    /// `true` or `false`, and none of the other spellings YAML 1.1 allows.
    public var bool: Bool {
        get throws(YAMLError) {
            switch content {
            case .scalar("true", .plain): return true
            case .scalar("false", .plain): return false
            default: throw unexpected("true or false")
            }
        }
    }

    /// The bytes of hexadecimal text, `0x` in front.
    public var hexBytes: [UInt8] {
        get throws(YAMLError) {
            guard case .scalar(let text, _) = content, text.utf8.starts(with: "0x".utf8),
                let bytes = Hex.decode(text)
            else { throw unexpected("hexadecimal bytes with 0x") }
            return bytes
        }
    }

    /// Whether this is a plain `null`, `~` or nothing at all.
    public var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    private func unexpected(_ expected: String) -> YAMLError {
        let got =
            switch content {
            case .scalar(let text, _): "“\(text.prefix(80))”"
            case .sequence(let elements): "a sequence of \(elements.count)"
            case .mapping(let entries): "a mapping of \(entries.count)"
            }
        return .unexpected(line: line, expected: expected, got: got)
    }
}
