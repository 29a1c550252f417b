/// A dictionary of bounded size that forgets its oldest entry for a new one.
struct BoundedMap<Key: Hashable, Value> {
    let capacity: Int
    private var values: [Key: Value] = [:]
    /// Keys in order of arrival; once full, a ring whose oldest entry is at `next`.
    private var order: [Key] = []
    private var next = 0

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { values.count }

    subscript(key: Key) -> Value? { values[key] }

    /// Remembers `value`; `true` when an older entry had to go.
    ///
    /// A known key keeps its age and its value.
    mutating func insert(_ value: Value, for key: Key) -> Bool {
        guard values[key] == nil else { return false }
        values[key] = value
        guard order.count == capacity else {
            order.append(key)
            return false
        }
        values[order[next]] = nil
        order[next] = key
        next = (next + 1) % capacity
        return true
    }
}
