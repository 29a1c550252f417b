/// What is remembered by key: a dictionary of bounded size.
///
/// Overflow: the oldest entry is forgotten. A key is as old as its first entry; a new value does not make it younger.
package struct BoundedMap<Key: Hashable, Value> {
    package let capacity: Int
    @usableFromInline var values: [Key: Value] = [:]
    /// Keys by age; a ring once it is full, of which `oldest` says where it begins.
    @usableFromInline var order: [Key] = []
    @usableFromInline var oldest = 0

    /// Room for one entry at least.
    @inlinable package init(capacity: Int) { self.capacity = max(1, capacity) }

    @inlinable package var count: Int { values.count }

    @inlinable package func contains(_ key: Key) -> Bool { values[key] != nil }

    /// Setting `nil` does nothing: entries go by age only.
    @inlinable package subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            guard let newValue, values.updateValue(newValue, forKey: key) == nil else { return }
            place(key)
        }
    }

    /// Remembers a value where the key is not known; `true` where an older entry had to go for it.
    @inlinable @discardableResult
    package mutating func insert(_ value: Value, for key: Key) -> Bool {
        guard values[key] == nil else { return false }
        values[key] = value
        return place(key)
    }

    /// Changes a value where it lies; that of a new key begins as `initial`.
    @inlinable
    package mutating func update(_ key: Key, from initial: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        if let known = values.index(forKey: key) { return change(&values.values[known]) }
        var value = initial()
        change(&value)
        insert(value, for: key)
    }

    /// Gives a new key its place in the order; `true` where that was another's.
    @inlinable @discardableResult
    mutating func place(_ key: Key) -> Bool {
        guard order.count == capacity else {
            order.append(key)
            return false
        }
        values[order[oldest]] = nil
        order[oldest] = key
        oldest = (oldest + 1) % capacity
        return true
    }
}

extension BoundedMap where Value == Void {
    @inlinable package mutating func insert(_ key: Key) { insert((), for: key) }
}

extension BoundedMap: Sendable where Key: Sendable, Value: Sendable {}
