/// What was seen of late: a dictionary of at most `limit` entries, in which the oldest make room.
///
/// To forget costs nothing but work: a message that comes again is judged again.
struct BoundedMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: [Key: Value] = [:]
    /// The keys by age; a ring once it is full, of which `next` is the oldest.
    private var order: [Key] = []
    private var next = 0
    let limit: Int

    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { values.count }

    /// Setting the value of a known key keeps the key's age; nothing is taken out but by age.
    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            guard let newValue, values.updateValue(newValue, forKey: key) == nil else { return }
            if order.count < limit {
                order.append(key)
            } else {
                values[order[next]] = nil
                order[next] = key
                next = (next + 1) % limit
            }
        }
    }

    func contains(_ key: Key) -> Bool { values[key] != nil }
}

extension BoundedMemory where Value == Void {
    mutating func insert(_ key: Key) { self[key] = () }
}
