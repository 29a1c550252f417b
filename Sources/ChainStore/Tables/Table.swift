internal import Hashing

/// One table: its code and codecs are declared once, in `Tables`; every access derives from them.
struct Table<Key: Sendable, Value: Sendable>: Sendable {
    /// A key and a value with their stored bytes, ready for a batch.
    struct Entry: Sendable {
        let table: Table
        let key: [UInt8]
        let stored: [UInt8]
        /// For the cache; `nil` where the table's values are not kept there: a whole state is large.
        let value: Value?
    }

    /// A value's stored bytes, whose key is known later.
    struct Packed: Sendable {
        let stored: [UInt8]
        let value: Value?
    }

    let code: TableCode
    /// Whether decoded values are kept in the cache.
    let isCached: Bool
    private let keys: KeyCodec<Key>
    private let values: ValueCodec<Value>

    init(_ code: TableCode, keys: KeyCodec<Key>, values: ValueCodec<Value>, isCached: Bool) {
        self.code = code
        self.keys = keys
        self.values = values
        self.isCached = isCached
    }

    /// Every key of the table.
    var range: KeyRange { KeyRange(prefix: [code.rawValue]) }

    func encode(_ key: Key) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(73)
        bytes.append(code.rawValue)
        keys.write(key, &bytes)
        return bytes
    }

    /// Keys that begin with what `write` appends to the table code.
    func range(of write: (inout [UInt8]) -> Void) -> KeyRange {
        var prefix = [code.rawValue]
        write(&prefix)
        return KeyRange(prefix: prefix)
    }

    /// Encodes both halves; compresses, so big values are best encoded on a reader thread.
    func entry(_ key: Key, _ value: Value) throws(StoreError) -> Entry { entry(key, try packed(value)) }

    /// The half of an entry that takes time.
    func packed(_ value: Value) throws(StoreError) -> Packed {
        Packed(stored: try values.encode(value), value: isCached ? value : nil)
    }

    func entry(_ key: Key, _ packed: Packed) -> Entry {
        Entry(table: self, key: encode(key), stored: packed.stored, value: packed.value)
    }

    func decodeKey(_ bytes: [UInt8]) throws(StoreError) -> Key {
        do throws(CodecError) {
            var reader = ByteReader(bytes)
            let code = try reader.byte()
            guard code == self.code.rawValue else {
                throw CodecError(expected: "table code \(self.code.rawValue)", got: "\(code)")
            }
            let key = try keys.read(&reader)
            try reader.finish()
            return key
        } catch {
            throw malformed(bytes, error)
        }
    }

    func decodeValue(_ bytes: [UInt8], key: [UInt8]) throws(StoreError) -> Value {
        do throws(CodecError) {
            return try values.decode(bytes)
        } catch {
            throw malformed(key, error)
        }
    }

    func cost(_ value: Value) -> Int { values.cost(value) }

    private func malformed(_ key: [UInt8], _ error: CodecError) -> StoreError {
        .malformed(table: code, key: Hex.encode(key), expected: error.expected, got: error.got)
    }
}
