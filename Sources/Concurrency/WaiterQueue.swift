/// Suspended callers in order of arrival; any of them may leave early.
///
/// Leaving is O(1): the order keeps a stale number until it reaches the front or until stale numbers outweigh
/// live ones, so memory stays proportional to the callers actually waiting.
struct WaiterQueue<Waiter> {
    private var waiters: [UInt64: Waiter] = [:]
    private var order = RingBuffer<UInt64>()

    var count: Int { waiters.count }
    var isEmpty: Bool { waiters.isEmpty }

    mutating func append(_ waiter: Waiter, id: UInt64) {
        waiters[id] = waiter
        order.append(id)
    }

    /// The longest waiting caller, left in place.
    mutating func first() -> Waiter? {
        while let id = order.first {
            if let waiter = waiters[id] { return waiter }
            _ = order.popFirst()
        }
        return nil
    }

    mutating func popFirst() -> Waiter? {
        while let id = order.popFirst() {
            if let waiter = waiters.removeValue(forKey: id) { return waiter }
        }
        return nil
    }

    mutating func remove(id: UInt64) -> Waiter? {
        let waiter = waiters.removeValue(forKey: id)
        if order.count > 2 * waiters.count + 32 {
            order.filter { [waiters] in waiters[$0] != nil }
        }
        return waiter
    }

    mutating func removeAll() -> [Waiter] {
        var all: [Waiter] = []
        while let waiter = popFirst() { all.append(waiter) }
        return all
    }
}
