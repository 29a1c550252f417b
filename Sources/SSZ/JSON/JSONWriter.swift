internal import Hashing

/// Writes values as the Beacon API spells them: numbers as decimal strings, bytes in hexadecimal.
///
/// Values write themselves piece by piece, so a state of a gigabyte of text is never held at once: what has been
/// gathered goes to the sink whenever there is enough of it.
public struct JSONWriter {
    /// Bytes gathered before they are handed on.
    private static let chunk = 1 << 18

    private var gathered: [UInt8] = []
    private var depth = 0
    private var isFirst = true
    private let isIndented: Bool
    private let sink: ([UInt8]) -> Void

    /// - Parameters:
    ///   - isIndented: a line for every field and element; else everything on one line.
    ///   - sink: takes the text, piece by piece.
    public init(isIndented: Bool = false, sink: @escaping ([UInt8]) -> Void) {
        self.isIndented = isIndented
        self.sink = sink
    }

    /// Hands on what is left.
    public mutating func finish() {
        sink(gathered)
        gathered = []
    }

    mutating func number(_ digits: String) { quote(digits.utf8) }

    mutating func bool(_ value: Bool) { gathered.append(contentsOf: (value ? "true" : "false").utf8) }

    mutating func hex(_ bytes: some Collection<UInt8>) {
        gathered.append(contentsOf: "\"0x".utf8)
        gathered.append(contentsOf: Hex.encode(bytes).utf8)
        gathered.append(UInt8(ascii: "\""))
    }

    /// A list; `body` calls ``next()`` before each element.
    mutating func list(_ body: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    mutating func list<Values: Sequence>(_ values: Values, _ element: Shape, in context: ShapeContext)
    where Values.Element: SSZValue {
        list { writer in
            for value in values {
                writer.next()
                value.writeJSON(to: &writer, element, in: context)
            }
        }
    }

    /// An object; `body` calls ``key(_:)`` before each value.
    mutating func object(_ body: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    mutating func next() {
        if !isFirst { gathered.append(UInt8(ascii: ",")) }
        isFirst = false
        newLine()
        if gathered.count >= JSONWriter.chunk {
            sink(gathered)
            gathered.removeAll(keepingCapacity: true)
        }
    }

    mutating func key(_ name: String) {
        next()
        quote(name.utf8)
        gathered.append(UInt8(ascii: ":"))
        if isIndented { gathered.append(UInt8(ascii: " ")) }
    }

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        gathered.append(open)
        depth += 1
        isFirst = true
        body(&self)
        depth -= 1
        if !isFirst { newLine() }
        isFirst = false
        gathered.append(close)
    }

    private mutating func newLine() {
        guard isIndented else { return }
        gathered.append(UInt8(ascii: "\n"))
        gathered.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    /// Names of fields and digits need no escapes.
    private mutating func quote(_ text: String.UTF8View) {
        gathered.append(UInt8(ascii: "\""))
        gathered.append(contentsOf: text)
        gathered.append(UInt8(ascii: "\""))
    }
}

extension JSONWriter {
    mutating func write(_ tree: ValueTree) {
        switch tree {
        case .number(let digits): number(digits)
        case .bool(let value): bool(value)
        case .bytes(let bytes): hex(bytes)
        case .list(let values):
            list { writer in
                for value in values {
                    writer.next()
                    writer.write(value)
                }
            }
        case .object(let entries):
            object { writer in
                for entry in entries {
                    writer.key(entry.name)
                    writer.write(entry.value)
                }
            }
        }
    }
}

extension ValueTree {
    /// The value as JSON on one line.
    public var json: String {
        var text: [UInt8] = []
        var writer = JSONWriter { text += $0 }
        writer.write(self)
        writer.finish()
        return String(decoding: text, as: UTF8.self)
    }
}
