/// Typed reading over one engine, for code that already runs on a store thread.
protocol TableReader {
    func stored(_ key: [UInt8]) throws(StoreError) -> [UInt8]?
}

extension TableReader {
    func get<Key, Value>(_ table: Table<Key, Value>, _ key: Key) throws(StoreError) -> Value? {
        let bytes = table.encode(key)
        guard let value = try stored(bytes) else { return nil }
        return try table.decodeValue(value, key: bytes)
    }

    func contains<Key, Value>(_ table: Table<Key, Value>, _ key: Key) throws(StoreError) -> Bool {
        try stored(table.encode(key)) != nil
    }
}

/// What an engine holds now, table by table.
struct EngineView: TableReader {
    let engine: any KeyValueStore

    func stored(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { try engine.get(key) }

    /// Several values as of one moment, in the order of `keys`.
    func values<Key, Value>(_ table: Table<Key, Value>, _ keys: [Key]) throws(StoreError) -> [Value?] {
        let encoded = keys.map(table.encode)
        var values: [Value?] = []
        values.reserveCapacity(keys.count)
        for (key, stored) in zip(encoded, try engine.get(all: encoded)) {
            if let stored { values.append(try table.decodeValue(stored, key: key)) } else { values.append(nil) }
        }
        return values
    }

    /// One page of a table; `range` must lie inside the table.
    func page<Key, Value>(
        _ table: Table<Key, Value>,
        _ range: KeyRange,
        limit: PageLimit = .init(),
        order: ScanOrder = .ascending
    ) throws(StoreError) -> ScanPage<(key: Key, value: Value)> {
        let page = try engine.page(range, limit: limit, order: order)
        var elements: [(key: Key, value: Value)] = []
        elements.reserveCapacity(page.entries.count)
        for entry in page.entries {
            elements.append((try table.decodeKey(entry.key), try table.decodeValue(entry.value, key: entry.key)))
        }
        return ScanPage(elements: elements, next: page.remainder.map(ScanCursor.init))
    }
}

/// Part of a scan; hand `next` back to go on, `nil` means that was all.
///
/// Pages are read one after the other: a write between two of them shows in the later one only.
public struct ScanPage<Element> {
    public var elements: [Element]
    public var next: ScanCursor?

    func map<Other>(_ transform: (Element) -> Other) -> ScanPage<Other> {
        ScanPage<Other>(elements: elements.map(transform), next: next)
    }
}

extension ScanPage: Sendable where Element: Sendable {}

/// Where a scan goes on.
public struct ScanCursor: Hashable, Sendable {
    let range: KeyRange
}
