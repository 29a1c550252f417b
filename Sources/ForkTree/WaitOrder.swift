/// Waiters by deadline and by arrival.
///
/// Waiters that have left stay until they surface or outnumber the rest; callers say who is live. Memory stays
/// proportional to the live waiters, and every operation is logarithmic at worst, amortised.
struct WaitOrder {
    private struct Entry {
        let deadline: UInt64
        let id: UInt64

        static func < (a: Entry, b: Entry) -> Bool { (a.deadline, a.id) < (b.deadline, b.id) }
    }

    /// A binary min-heap.
    private var heap: [Entry] = []
    private var arrivals: [UInt64] = []
    private var firstArrival = 0

    mutating func insert(id: UInt64, deadline: UInt64, live: Int, isLive: (UInt64) -> Bool) {
        if heap.count > 2 * live + 64 {
            heap = heap.filter { isLive($0.id) }.sorted(by: <)
        }
        if arrivals.count > 2 * live + 64 {
            arrivals = arrivals[firstArrival...].filter(isLive)
            firstArrival = 0
        }
        arrivals.append(id)
        heap.append(Entry(deadline: deadline, id: id))
        siftUp(heap.count - 1)
    }

    /// The next live waiter due at `now`, taken out.
    mutating func popDue(at now: UInt64, isLive: (UInt64) -> Bool) -> UInt64? {
        while let top = heap.first, top.deadline <= now || !isLive(top.id) {
            popTop()
            if isLive(top.id) { return top.id }
        }
        return nil
    }

    /// The earliest deadline of a live waiter.
    mutating func nextDeadline(isLive: (UInt64) -> Bool) -> UInt64? {
        while let top = heap.first {
            if isLive(top.id) { return top.deadline }
            popTop()
        }
        return nil
    }

    /// The longest waiting live waiter that satisfies `condition`.
    mutating func first(isLive: (UInt64) -> Bool, where condition: (UInt64) -> Bool) -> UInt64? {
        while firstArrival < arrivals.count, !isLive(arrivals[firstArrival]) { firstArrival += 1 }
        return arrivals[firstArrival...].first { isLive($0) && condition($0) }
    }

    private mutating func popTop() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }
}
