public import Hashing

// How each kind of value is written and read. What is not written here goes through its tree.

extension SSZValue {
    public func writeJSON(to writer: inout JSONWriter, _ shape: Shape, in context: ShapeContext) {
        writer.write(tree(shape, in: context))
    }

    /// The value as JSON in the Beacon API's spelling.
    public func json(_ shape: Shape = .plain, isIndented: Bool = false, in context: ShapeContext) -> [UInt8] {
        var text: [UInt8] = []
        var writer = JSONWriter(isIndented: isIndented) { text += $0 }
        writeJSON(to: &writer, shape, in: context)
        writer.finish()
        return text
    }

    /// Reads a value that takes up all of `json`.
    public static func decode(
        json: [UInt8],
        _ shape: Shape = .plain,
        in context: ShapeContext
    ) throws(JSONError) -> Self {
        var reader = JSONReader(json)
        let value = try readJSON(&reader, shape, in: context)
        try reader.finish()
        return value
    }

    /// Decodes bytes that the text spelled.
    fileprivate static func spelled(
        _ bytes: [UInt8],
        _ reader: JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> Self {
        do throws(SSZError) {
            return try decode(bytes, shape, in: context)
        } catch {
            throw reader.failure(error)
        }
    }
}

extension JSONReader {
    /// What the type says of a value that was spelled well and is none of its own.
    func failure(_ error: SSZError) -> JSONError { JSONError(error.kind.text, offset: offset) }
}

extension SSZInteger {
    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> Self { try reader.number(Self.self) }
}

extension Bool {
    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> Bool { try reader.bool() }
}

extension UInt256 {
    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> UInt256 {
        let digits = try reader.digits("a decimal number in quotes")
        var limbs = [UInt64](repeating: 0, count: 8)  // 32 bits each, lowest first
        for digit in digits {
            var carry = UInt64(digit - 48)
            for i in limbs.indices {
                let value = limbs[i] * 10 + carry
                limbs[i] = value & 0xffff_ffff
                carry = value >> 32
            }
            guard carry == 0 else { throw reader.unexpected("a number below 2^256", at: digits.startIndex) }
        }
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes { buffer in
            for (i, limb) in limbs.enumerated() {
                buffer.storeBytes(of: UInt32(limb).littleEndian, toByteOffset: i * 4, as: UInt32.self)
            }
        }
        return UInt256(littleEndianBytes: bytes)
    }
}

extension SSZValue where Self: FixedBytes {
    public func writeJSON(to writer: inout JSONWriter, _ shape: Shape, in context: ShapeContext) { writer.hex(bytes) }

    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> Self {
        try spelled(try reader.hex(maximum: UInt64(count)), reader, shape, in: context)
    }
}

extension Bitvector {
    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> Bitvector {
        let bits = Extent(shape, in: context).maximum
        return try spelled(try reader.hex(maximum: bits / 8 + (bits % 8 == 0 ? 0 : 1)), reader, shape, in: context)
    }
}

extension Bitlist {
    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> Bitlist {
        // One bit more than the limit: the delimiter.
        let bytes = try reader.hex(maximum: Extent(shape, in: context).maximum / 8 + 1)
        return try spelled(bytes, reader, shape, in: context)
    }
}

extension Array where Element: SSZValue {
    public func writeJSON(to writer: inout JSONWriter, _ shape: Shape, in context: ShapeContext) {
        if Element.self == UInt8.self { return withUnsafeBytes { writer.hex($0) } }
        writer.list(self, shape.element, in: context)
    }

    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> [Element] {
        let extent = Extent(shape, in: context)
        if Element.self == UInt8.self {
            return try spelled(try reader.hex(maximum: extent.maximum), reader, shape, in: context)
        }
        return try readJSONList(&reader, extent, shape.element, in: context)
    }

    /// Elements one by one; bytes too, where a list of small numbers is meant.
    static func readJSONList(
        _ reader: inout JSONReader,
        _ extent: Extent,
        _ element: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> [Element] {
        var values: [Element] = []
        try reader.list(limit: extent.maximum) { reader throws(JSONError) in
            values.append(try Element.readJSON(&reader, element, in: context))
        }
        do throws(SSZError) {
            try extent.check(UInt64(values.count))
        } catch {
            throw reader.failure(error)
        }
        return values
    }
}

extension PersistentList where Element: SSZValue {
    public func writeJSON(to writer: inout JSONWriter, _ shape: Shape, in context: ShapeContext) {
        writer.list(self, shape.element, in: context)
    }

    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> PersistentList {
        let extent = Extent(shape, in: context)
        let values = try [Element].readJSONList(&reader, extent, shape.element, in: context)
        let layout: PersistentLayout
        if case .progressive = extent { layout = .progressive } else { layout = .binary }
        return PersistentList(values, layout: layout)
    }
}

extension CompatibleUnion {
    /// The selector says how the data are to be read, so it comes first.
    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> CompatibleUnion {
        var selector: UInt8 = 0
        var value: (any SSZContainer)?
        let start = reader.offset
        try reader.object(["selector", "data"]) { reader, index throws(JSONError) in
            if index == 0 {
                selector = try reader.number(UInt8.self)
            } else if let type = Options.types[selector] {
                value = try type.readJSON(&reader, .plain, in: context)
            } else {
                throw JSONError(expected: "a known selector before the data", got: "\(selector)", offset: start)
            }
        }
        guard let value, let union = CompatibleUnion(selector: selector, value: value) else {
            throw JSONError(expected: "data of option \(selector)", got: "another's", offset: start)
        }
        return union
    }
}

extension SSZContainer {
    public func writeJSON(to writer: inout JSONWriter, _ shape: Shape, in context: ShapeContext) {
        context.plan(for: Self.self).writeJSON(self, to: &writer, in: context)
    }

    public static func readJSON(
        _ reader: inout JSONReader,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(JSONError) -> Self {
        var value = Self()
        try context.plan(for: Self.self).readJSON(into: &value, &reader, in: context)
        value.didDecode(in: context)
        return value
    }
}

extension ContainerPlan {
    func writeJSON(_ container: Container, to writer: inout JSONWriter, in context: ShapeContext) {
        writer.object { writer in
            for entry in entries {
                writer.key(entry.name)
                entry.codec.writeJSON(container, to: &writer, entry.shape, in: context)
            }
        }
    }

    func readJSON(
        into container: inout Container,
        _ reader: inout JSONReader,
        in context: ShapeContext
    ) throws(JSONError) {
        try reader.object(fieldNames) { reader, index throws(JSONError) in
            try entries[index].codec.readJSON(into: &container, &reader, entries[index].shape, in: context)
        }
    }
}
